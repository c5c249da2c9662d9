import { outcomesOf } from '@guidon/engine/resolve';
import { positionOf, type RolloutRecord, type RolloutState, replayRollout } from '@guidon/policy/rollout';
import type { Database, Transactions } from '../src/kernel/database/index.js';
import { type RollingReplica, rolloutEvents, rolloutRow } from './rollout-kit.js';
import { auditEntries } from './store-kit.js';

/** A database that fails when a test says so: before a query, or after a commit, as a process that dies there would see it. */
export class Faults {
  #left: number | undefined;
  hasFired = false;
  /** What happens elsewhere just before the controller takes the lock of the audit head, once. */
  beforeLock: (() => Promise<unknown>) | undefined;

  constructor(private readonly inner: Database) {}

  /** Fails at this one of the next queries and commits, once, and everything after it until it is disarmed. */
  arm(nth: number): void {
    this.#left = nth;
    this.hasFired = false;
  }

  disarm(): void {
    this.#left = undefined;
  }

  get database(): Database {
    const { transactions } = this.inner;
    const run: Transactions['run'] = async (work) => {
      const result = await transactions.run((manager) => {
        const query = async (...given: Parameters<typeof manager.query>) => {
          this.#step();
          const { beforeLock } = this;
          if (beforeLock !== undefined && given[0].includes('audit_head FOR UPDATE')) {
            this.beforeLock = undefined;
            await beforeLock();
          }
          return manager.query(...given);
        };
        return work(
          new Proxy(manager, { get: (it, name) => (name === 'query' ? query : Reflect.get(it, name)) }),
        );
      });
      this.#step();
      return result;
    };
    return { ...this.inner, transactions: { ...transactions, run, runReserved: transactions.runReserved } };
  }

  #step(): void {
    if (this.#left === undefined) return;
    this.#left -= 1;
    if (this.#left > 0) return;
    this.hasFired = true;
    throw new Error('The process was killed here.');
  }
}

export interface WrittenState {
  readonly state: RolloutState;
  readonly records: readonly RolloutRecord[];
}

/** Everything that is written about the one rollout; throws where one thing says something else than another. */
export async function checkWritten(
  database: Database,
  replica: RollingReplica,
): Promise<WrittenState | undefined> {
  const events = await rolloutEvents(database);
  const records = events.map(({ record }) => record);
  const audited = (await auditEntries(database)).map(({ action }) => String(action));
  const entries = audited.filter((action) => action.startsWith('rollout.'));
  same(
    entries,
    records.map(({ transition }) => `rollout.${transition}`),
    'one audit entry for each transition',
  );
  same(
    events.map(({ sequence }) => sequence),
    events.map((_, index) => index + 1),
    'a feed without gaps',
  );
  if (events.length === 0) return undefined;
  const { state } = await rolloutRow(database);
  const replayed = replayRollout(records);
  same(withoutProgress(state), withoutProgress(replayed), 'the log replayed gives the row');
  await replica.catalog.refresh();
  same(replica.positions.of('production'), expectedPositions(state, records), 'the head has the position');
  checkGrowth(records);
  return { state, records };
}

function expectedPositions(state: RolloutState, records: readonly RolloutRecord[]) {
  const isPublished = records.some(({ after }) => after.stage >= 0);
  if (!state.isInFile || !isPublished) return [];
  return [{ ...positionOf(state), outcomes: outcomesOf(state.terms.plan.guards) }];
}

/** Nobody is let in while the rollout is paused, killed or frozen (I2, I3, I9). */
export function checkGrowth(records: readonly RolloutRecord[]): void {
  for (const { before, after, event, transition } of records) {
    if (before === undefined || after.stage <= before.stage || transition === 'completed') continue;
    const seen = 'seen' in event ? event.seen : undefined;
    const isFit =
      !before.isKilled &&
      before.pause === undefined &&
      seen?.isKilled === false &&
      seen.freeze === undefined &&
      after.stage === before.stage + 1;
    if (!isFit) throw new Error(`It grew by '${transition}' though it must not: ${JSON.stringify(before)}`);
  }
}

/** Between a press and its revival the log has no step that lets anybody in; it has one order for both. */
export async function checkKillsInLog(database: Database): Promise<number> {
  let standing = 0;
  let presses = 0;
  for (const { action } of await auditEntries(database)) {
    if (action === 'kill.press') {
      standing += 1;
      presses += 1;
    }
    if (action === 'kill.revive') standing -= 1;
    if (standing > 0 && ['rollout.started', 'rollout.advanced', 'rollout.resumed'].includes(String(action)))
      throw new Error(`${String(action)} came while the flag was killed.`);
  }
  return presses;
}

function withoutProgress(state: RolloutState | undefined) {
  if (state === undefined) return undefined;
  const { progress: _progress, ...rest } = state;
  return rest;
}

function same(one: unknown, other: unknown, what: string): void {
  const [a, b] = [plain(one), plain(other)];
  if (a !== b) throw new Error(`Broken: ${what}.\n${a}\n${b}`);
}

/** As JSON has it, with the keys in order. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).sort(([x], [y]) => (x < y ? -1 : 1)))
      : it,
  );
}
