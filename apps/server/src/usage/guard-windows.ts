import { type ArmSums, GUARD_WINDOW_MS, type GuardWindow, NO_SUMS } from '@guidon/policy/guards';
import type { TelemetryReport } from '@guidon/protocol';
import { HOUR_MS } from './answer-batch.js';
import { BatchBuffer } from './batch-buffer.js';
import { FlushLoop, type FlushParts } from './flush-loop.js';
import { type GuardBatch, guardBatchOf } from './guard-batch.js';
import {
  countGuardBatches,
  fetchGuardRows,
  fetchLastWindow,
  fetchSeen,
  type GuardSearch,
  removeOldGuardRows,
  type StoredGuardRow,
} from './guard-windows.repository.js';
import type { Arrival } from './report-rows.js';

export interface GuardWindowsParts extends FlushParts {
  /** How long windows are kept; `GUARD_DAYS` unless given. */
  readonly keptDays?: number | undefined;
}

/** Days that windows are kept, by default. */
export const GUARD_DAYS = 30;
/** The key of windows of exposures, among the outcomes. */
export const EXPOSURES = '';
/** So many cells wait for the database at most: each may have eight outcomes with all their buckets. */
const CELLS_LIMIT = 50_000;
/** Longer than any repetition can be late: no report is taken whose counts are an hour old. */
const BATCHES_KEPT_MS = 3 * HOUR_MS;

/** What guards of rollouts look at: taken into memory, added up by ten seconds, read by whoever judges. */
export class GuardWindows {
  readonly buffer = new BatchBuffer<GuardBatch>(CELLS_LIMIT);
  readonly #parts: GuardWindowsParts;
  readonly #loop: FlushLoop<readonly GuardBatch[]>;

  constructor(parts: GuardWindowsParts) {
    this.#parts = parts;
    const { buffer } = this;
    const keptMs = (parts.keptDays ?? GUARD_DAYS) * 24 * HOUR_MS;
    this.#loop = new FlushLoop(parts, {
      what: 'counts for guards',
      take: () => (buffer.size === 0 ? undefined : buffer.take()),
      putBack: (batches) => buffer.putBack(batches),
      lose: (batches) => buffer.lose(batches),
      store: countGuardBatches,
      removeOld: (manager, nowMs) =>
        removeOldGuardRows(manager, {
          windowsBeforeMs: nowMs - keptMs,
          batchesBeforeMs: nowMs - BATCHES_KEPT_MS,
        }),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Stores what is there, if the database takes it soon. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Takes what a report says for guards; touches nothing but memory. */
  take(report: TelemetryReport, arrival: Arrival): void {
    const batch = guardBatchOf(report, arrival);
    if (batch !== undefined) this.buffer.add(batch);
  }

  /** Stores everything that came in so far; never throws. Says whether it is all stored. */
  flush(): Promise<boolean> {
    return this.#loop.flush();
  }

  cleanUp(): Promise<void> {
    return this.#loop.cleanUp();
  }

  /**
   * The stored windows of one rollout by outcome, oldest first; under `EXPOSURES` those that tell who was exposed. What is
   * still in memory is not among them: a judgement must give the same again. Throws with the database away.
   */
  async of(search: GuardSearch): Promise<ReadonlyMap<string, readonly GuardWindow[]>> {
    const rows = await this.#parts.transactions.run((manager) => fetchGuardRows(manager, search));
    return windowsOf(rows);
  }

  /** Outcomes that applications of an environment tracked since a time, guarded or not, in code-point order. */
  outcomesSeen(asked: {
    readonly environment: string;
    readonly sinceMs: number;
  }): Promise<readonly string[]> {
    return this.#parts.transactions.run((manager) => fetchSeen(manager, asked));
  }

  /** When the newest window of a rollout ended or will end, late ones included; undefined: nobody has reported any. */
  async lastWindowAt(asked: Pick<GuardSearch, 'flag' | 'environment'>): Promise<number | undefined> {
    const fromMs = await this.#parts.transactions.run((manager) => fetchLastWindow(manager, asked));
    return fromMs === null ? undefined : fromMs + GUARD_WINDOW_MS;
  }
}

/** Rows of two arms become one window. */
function windowsOf(rows: readonly StoredGuardRow[]): ReadonlyMap<string, readonly GuardWindow[]> {
  const lists = new Map<string, GuardWindow[]>();
  for (const row of rows) {
    const { fromMs, generation, outcome, arm, late } = row;
    const list = lists.get(outcome) ?? [];
    lists.set(outcome, list);
    // Rows come in the order of windows, so the other arm of this one is the last that was added, if it is there.
    const last = list.at(-1);
    const isSame = last?.fromMs === fromMs && last.generation === generation && (last.late === true) === late;
    const before = isSame ? list.pop() : undefined;
    const about = { fromMs, generation, ...(late ? { late: true as const } : {}) };
    const reporters = Math.max(before?.reporters ?? 0, row.reporters);
    const sums = { treatment: before?.treatment ?? NO_SUMS, control: before?.control ?? NO_SUMS };
    list.push({ ...about, reporters, ...sums, [arm]: armSumsOf(row) });
  }
  return lists;
}

function armSumsOf(row: StoredGuardRow): ArmSums {
  const { exposures, calls, errors, log_sum: logSum, log_squares: logSquares, buckets } = row;
  // Each error is one of some subject's, so the sum over subjects is that of the errors.
  const subjects = { errorSum: errors, errorSquares: row.error_squares };
  return { exposures, calls, errors, ...subjects, logSum, logSquares, buckets };
}
