import type { Position } from '@guidon/engine/model';
import { outcomesOf } from '@guidon/engine/resolve';
import type { RolloutEffect, RolloutRecord, RolloutStep } from '@guidon/policy/rollout';
import type { EntityManager } from 'typeorm';
import type { Audit } from '../audit/index.js';
import type { CatalogPositions, Head, KillLedger } from '../catalog/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Proposals } from '../proposals/index.js';
import { appendEvent, keepApproval, type StoredRollout, writeRollout } from './rollout.repository.js';
import { auditEventOf, CONTROLLER } from './rollout-audit.js';
import { type MovedPosition, markOf, type RolloutMark, writeMark } from './rollout-marks.js';

export interface RolloutBookParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly positions: Pick<CatalogPositions, 'move'>;
  readonly ledger: Pick<KillLedger, 'holds'>;
  readonly proposals: Pick<Proposals, 'wantRollout' | 'wake'>;
  /** Throws where this server does not lead any more. */
  readonly fence: (manager: EntityManager) => Promise<void>;
}

/** A step that is being written. */
export interface StepMade {
  /** As it stands once it is written. */
  readonly row: StoredRollout;
  readonly step: RolloutStep;
  write(): Promise<void>;
}

/** What else happens around the writing of a step, such as keeping the answer of a request. */
export type AroundStep = (manager: EntityManager, made: StepMade) => Promise<unknown>;

export interface StepOrder {
  /** The row as it was read; version 0: there was none. */
  readonly read: Omit<StoredRollout, 'state' | 'movedVersion'> &
    Partial<Pick<StoredRollout, 'state' | 'movedVersion'>>;
  readonly step: RolloutStep;
  /** Whether the decision took the flag to be killed. */
  readonly isKilled: boolean;
  readonly last: RolloutMark | undefined;
  readonly nowMs: number;
  /** A person's; the controller's own unless given. */
  readonly by?: { readonly actor: string; readonly requestId: string; readonly around?: AroundStep };
}

export type BookOutcome = 'written' | 'overtaken';

/** Thrown inside a transaction to undo it. */
class Overtaken extends Error {}

/**
 * Writes a step of a rollout: row, log entry, audit entry, position and what is wanted of others are there together or not
 * at all. What was decided on a row, or beside a kill, that has changed meanwhile is not written.
 */
export class RolloutBook {
  constructor(private readonly parts: RolloutBookParts) {}

  async write(order: StepOrder): Promise<BookOutcome> {
    const record = recordIn(order.step.effects);
    try {
      if (record === undefined) await this.writeProgress(order);
      else await this.writeTransition(order, record);
    } catch (error) {
      if (error instanceof Overtaken) return 'overtaken';
      throw error;
    }
    if (order.step.effects.some(({ kind }) => kind === 'propose')) this.parts.proposals.wake();
    return 'written';
  }

  /** What was counted since the last transition; no transition itself. */
  private async writeProgress(order: StepOrder): Promise<void> {
    const { transactions, fence } = this.parts;
    await transactions.run(async (manager) => {
      await fence(manager);
      await this.writeRow(manager, order);
    });
  }

  private async writeTransition(order: StepOrder, record: RolloutRecord): Promise<void> {
    const { environment, flag } = order.read;
    const move = order.step.effects.find(({ kind }) => kind === 'publish' || kind === 'withdraw');
    const event = auditEventOf({ environment, flag }, { record, ...order.by });
    const fence = order.by === undefined ? this.parts.fence : undefined;
    const around = (manager: EntityManager, write: () => Promise<void>) =>
      order.by?.around?.(manager, { row: rowAfter(order), step: order.step, write }) ?? write();
    if (move !== undefined) {
      const position = positionIn(move, order);
      const alongside = (manager: EntityManager, _: number, heads: readonly Head[]) =>
        this.writeBeside(manager, order, {
          record,
          moved: { position, generation: heads[0]?.generation ?? 0 },
        });
      const steps = {
        fence,
        around: (manager: EntityManager, made: { write(): Promise<void> }) =>
          around(manager, () => made.write()),
        alongside,
      };
      const outcome = await this.parts.positions.move({ environment, flag, position, event }, steps);
      if (outcome.kind === 'moved') return;
    }
    // It stands there already, or nobody is served by it: only what is remembered changes.
    await this.parts.transactions.run(async (manager) => {
      await fence?.(manager);
      await around(manager, async () => {
        await this.parts.audit.append(manager, event);
        await this.writeBeside(manager, order, { record });
      });
    });
  }

  /** Under the lock of the audit head, which every press takes as well: no kill comes between this look and the end. */
  private async writeBeside(manager: EntityManager, order: StepOrder, written: Written): Promise<void> {
    const { read, step, nowMs } = order;
    const { record } = written;
    if (!order.isKilled && (await this.parts.ledger.holds(manager, read))) throw new Overtaken();
    await this.writeRow(manager, order);
    const version = read.version + 1;
    await appendEvent(manager, read, { version, record });
    const states = { before: read.state, after: step.state };
    const mark = markOf(states, { moved: written.moved, last: order.last, atMs: nowMs });
    if (mark !== undefined) await writeMark(manager, read, { version, mark });
    for (const effect of step.effects) {
      if (effect.kind === 'keep-approval')
        await keepApproval(manager, read, { approval: effect.approval, atMs: nowMs });
      if (effect.kind === 'propose') await this.want(manager, order, effect.what);
    }
  }

  private async writeRow(manager: EntityManager, { read, step, nowMs }: StepOrder): Promise<void> {
    const row = { ...read, state: step.state, changedAtMs: nowMs };
    if (!(await writeRollout(manager, row))) throw new Overtaken();
  }

  private want(
    manager: EntityManager,
    { read, step, nowMs, by }: StepOrder,
    what: 'completion' | 'rollback',
  ): Promise<void> {
    const { environment, flag } = read;
    const { reason } = step;
    return this.parts.proposals.wantRollout(manager, {
      ...{ environment, flag, what, reason, wantedAtMs: nowMs, actor: by?.actor ?? CONTROLLER },
    });
  }
}

interface Written {
  readonly record: RolloutRecord;
  /** Absent: the position stays. */
  readonly moved?: MovedPosition;
}

/** The row as it stands once a step is written. */
export function rowAfter({ read, step, nowMs }: Pick<StepOrder, 'read' | 'step' | 'nowMs'>): StoredRollout {
  const version = read.version + 1;
  const movedVersion = step.effects.length === 0 ? (read.movedVersion ?? 0) : version;
  return { ...read, version, movedVersion, state: step.state, changedAtMs: nowMs };
}

function recordIn(effects: readonly RolloutEffect[]): RolloutRecord | undefined {
  return effects.flatMap((effect) => (effect.kind === 'record' ? [effect.record] : []))[0];
}

/** The plan that it began with says what SDKs count, whatever the file says by now. */
function positionIn(move: RolloutEffect, { step }: StepOrder): Position | undefined {
  if (move.kind !== 'publish') return undefined;
  return { ...move.position, outcomes: outcomesOf(step.state.terms.plan.guards) };
}
