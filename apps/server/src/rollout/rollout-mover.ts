import {
  declareRollout,
  type GitEvent,
  moveRollout,
  type RolloutEvent,
  type RolloutState,
  type RolloutStep,
} from '@guidon/policy/rollout';
import type { KillLedger, LiveCatalog } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { RolloutName, StoredRollout } from './rollout.repository.js';
import { type RolloutBook, rowAfter, type StepOrder } from './rollout-book.js';
import type { RolloutRead } from './rollout-observer.js';
import { readForStep } from './rollout-reads.js';

export interface RolloutMoverParts {
  readonly transactions: Transactions;
  readonly ledger: Pick<KillLedger, 'holds'>;
  readonly live: Pick<LiveCatalog, 'current'>;
  readonly book: Pick<RolloutBook, 'write'>;
  readonly clock: Clock;
}

/** What an event is made of; called again on what was read anew when somebody was quicker. */
export type MakeEvent = (read: RolloutRead) => Promise<RolloutEvent | undefined> | RolloutEvent | undefined;

export interface StepTaken {
  readonly row: StoredRollout;
  readonly step: RolloutStep;
}

const ATTEMPTS = 5;

/** Reads a row, lets the machine decide and writes what it says, until that fits what stands there. */
export class RolloutMover {
  constructor(private readonly parts: RolloutMoverParts) {}

  async read(name: RolloutName): Promise<RolloutRead | undefined> {
    const { transactions, ledger, live } = this.parts;
    const read = await transactions.run((manager) => readForStep(manager, name, ledger));
    if (read === undefined) return undefined;
    // A kill may be in force here before the database has it.
    const isHeldHere = live.current(name.environment)?.killed.has(name.flag) === true;
    return { ...read, isKilled: read.isKilled || isHeldHere };
  }

  /** Nothing is written where nothing changes. `undefined`: there is no row, or nothing is to be done. */
  async move(name: RolloutName, make: MakeEvent, by?: StepOrder['by']): Promise<StepTaken | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const read = await this.read(name);
      const event = read === undefined ? undefined : await make(read);
      if (read === undefined || event === undefined) return undefined;
      const { row, isKilled, marks } = read;
      const nowMs = this.parts.clock.nowMs();
      const step = moveRollout(row.state, event, nowMs);
      if (step.effects.length === 0 && isSameState(step.state, row.state)) return { row, step };
      const order = { read: row, step, isKilled, last: marks.at(-1), nowMs };
      const outcome = await this.parts.book.write(by === undefined ? order : { ...order, by });
      if (outcome === 'written') return { row: rowAfter({ read: row, step, nowMs }), step };
    }
    throw overtaken(name);
  }

  /** The first row of a rollout. Whoever else wrote it was quicker, and that is as good. */
  async declare(name: RolloutName, event: Extract<GitEvent, { kind: 'declared' }>): Promise<void> {
    const { transactions, ledger, book, clock } = this.parts;
    const isKilled = await transactions.run((manager) => ledger.holds(manager, name));
    const nowMs = clock.nowMs();
    const step = declareRollout(event, nowMs);
    const read = { ...name, version: 0, changedAtMs: nowMs };
    await book.write({ read, step, isKilled, last: undefined, nowMs });
  }
}

function isSameState(one: RolloutState, other: RolloutState): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function overtaken({ environment, flag }: RolloutName): DomainError {
  return new DomainError('database-unavailable', {
    detail: `The rollout of ${flag} in ${environment} kept changing in between, so nothing was changed here. Try again.`,
    retryAfterSeconds: 1,
  });
}
