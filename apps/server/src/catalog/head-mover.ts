import type { EntityManager } from 'typeorm';
import type { Audit, AuditEvent } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { ChangeSignal, Transactions } from '../kernel/database/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { Head } from './head.js';
import { lockHeads, readStoreAndHeads, writeHeads } from './head.repository.js';

export type HeadDecision =
  | { readonly kind: 'change'; readonly heads: readonly Head[]; readonly event: AuditEvent }
  | { readonly kind: 'nothing'; readonly reason: string };

/** Pure; called again on the locked heads, where it must come to the same. */
export type DecideHeads = (heads: readonly Head[], nowMs: number) => HeadDecision;

/** A move that is being written. */
export interface MoveMade {
  readonly heads: readonly Head[];
  /** As the audit entry names it; empty where it names none. */
  readonly commit: string;
  write(): Promise<void>;
}

/** What else happens in the transaction of a move. */
export interface MoveSteps {
  /** Runs first and throws where the caller may not act any more. */
  readonly fence?: ((manager: EntityManager) => Promise<void>) | undefined;
  /**
   * Runs around everything that is written, and may leave it out: when this very request was carried out before. Not called
   * where there is nothing to change.
   */
  readonly around?: ((manager: EntityManager, made: MoveMade) => Promise<unknown>) | undefined;
  /** Runs after the heads are written; what it throws undoes everything. */
  readonly alongside?: (manager: EntityManager, nowMs: number, heads: readonly Head[]) => Promise<void>;
}

export interface HeadMoverParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly signal: ChangeSignal;
  readonly clock: Clock;
}

const ATTEMPTS = 5;

class Overtaken extends Error {}

/** Changes what environments serve without a new revision: one short transaction with its audit entry and its signal. */
export class HeadMover {
  constructor(private readonly parts: HeadMoverParts) {}

  async move(decide: DecideHeads, { fence, around, alongside }: MoveSteps = {}): Promise<HeadDecision> {
    const nowMs = this.parts.clock.nowMs();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { heads } = await this.parts.transactions.run(readStoreAndHeads);
      const expected = decide(heads, nowMs);
      if (expected.kind === 'nothing') return expected;
      try {
        await this.parts.transactions.run(async (manager) => {
          await fence?.(manager);
          const write = async () => {
            await this.write(manager, { decide, expected, nowMs });
            await alongside?.(manager, nowMs, expected.heads);
          };
          await (around === undefined ? write() : around(manager, { ...madeOf(expected), write }));
        });
        return expected;
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
      }
    }
    throw new DomainError('database-unavailable', {
      detail: 'What is served kept changing in between, so nothing was changed here. Try again.',
      retryAfterSeconds: 1,
    });
  }

  /** The audit entry names what changes and its lock comes first, so the decision is made before and checked after. */
  private async write(
    manager: EntityManager,
    {
      decide,
      expected,
      nowMs,
    }: { decide: DecideHeads; expected: HeadDecision & { kind: 'change' }; nowMs: number },
  ): Promise<void> {
    const { audit, signal } = this.parts;
    await audit.append(manager, expected.event);
    const decision = decide(await lockHeads(manager), nowMs);
    if (JSON.stringify(decision) !== JSON.stringify(expected)) throw new Overtaken();
    await writeHeads(manager, expected.heads, nowMs);
    for (const { environment } of expected.heads) await signal.notify(manager, environment);
  }
}

function madeOf({ heads, event }: HeadDecision & { kind: 'change' }): Omit<MoveMade, 'write'> {
  return { heads, commit: event.commit ?? '' };
}
