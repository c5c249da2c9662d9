import { GUARD_WINDOW_MS } from '@guidon/policy/guards';
import {
  type GuardedCell,
  type GuardedOutcome,
  HISTOGRAM_EDGES_MS,
  type TelemetryReport,
} from '@guidon/protocol';
import { type Arrival, reporterOf } from './report-rows.js';

/** What came so long after it was counted is told apart: what was decided meanwhile did not know it. */
const LATE_MS = 3 * GUARD_WINDOW_MS;

/** What one report says for guards. Its first four fields name it for ever. */
export interface GuardBatch {
  readonly environment: string;
  readonly instance: string;
  readonly reporter: string;
  readonly sequence: number;
  readonly endedMs: number;
  readonly isLate: boolean;
  readonly cells: readonly GuardedCell[];
  readonly seen: readonly string[];
}

/** One row of `guard_windows`: sums of one arm, to add to what is there. The outcome of exposures is empty. */
export interface GuardRow {
  readonly environment: string;
  readonly flag: string;
  readonly from_at: string;
  readonly generation: number;
  readonly outcome: string;
  readonly arm: GuardedCell['arm'];
  readonly late: boolean;
  readonly reporters: number;
  readonly exposures: number;
  readonly calls: number;
  readonly errors: number;
  readonly error_squares: number;
  readonly log_sum: number;
  readonly log_squares: number;
  /** One for each bucket, or none at all. */
  readonly buckets: readonly number[];
}

export interface SeenRow {
  readonly environment: string;
  readonly outcome: string;
  readonly last_at: string;
}

/** Undefined where the report says nothing for guards, or was counted in another environment than its key is for. */
export function guardBatchOf(
  report: TelemetryReport,
  { environment, nowMs }: Arrival,
): GuardBatch | undefined {
  const { guarded, instance, sequence } = report;
  if (guarded === undefined) return undefined;
  if (report.environment !== undefined && report.environment !== environment) return undefined;
  const { ageMs, cells, seen } = guarded;
  return {
    ...{ environment, instance, sequence, cells, seen },
    reporter: reporterOf(report),
    endedMs: nowMs - ageMs,
    isLate: ageMs > LATE_MS,
  };
}

/** The window that a batch counts in: the one in which it ended. */
export function windowOf(endedMs: number): number {
  return (Math.ceil(endedMs / GUARD_WINDOW_MS) - 1) * GUARD_WINDOW_MS;
}

/** Batches as rows to add, each row once. */
export function rollUpGuards(batches: readonly GuardBatch[]): {
  readonly rows: readonly GuardRow[];
  readonly seen: readonly SeenRow[];
} {
  const rows = new Map<string, GuardRow>();
  const reporters = new Map<string, Set<string>>();
  const seen = new Map<string, SeenRow>();
  for (const batch of batches) {
    for (const row of rowsOf(batch)) {
      const { environment, flag, from_at, generation, outcome, arm, late } = row;
      const name = JSON.stringify([environment, flag, from_at, generation, outcome, arm, late]);
      const known = rows.get(name);
      const clients = (reporters.get(name) ?? new Set()).add(`${batch.instance} ${batch.reporter}`);
      reporters.set(name, clients);
      rows.set(name, { ...(known === undefined ? row : addRows(known, row)), reporters: clients.size });
    }
    for (const outcome of batch.seen) {
      const { environment, endedMs } = batch;
      const name = `${environment}\n${outcome}`;
      const lastAt = new Date(endedMs).toISOString();
      const before = seen.get(name)?.last_at ?? lastAt;
      seen.set(name, { environment, outcome, last_at: before > lastAt ? before : lastAt });
    }
  }
  return { rows: [...rows.values()], seen: [...seen.values()] };
}

function rowsOf({ environment, endedMs, isLate, cells }: GuardBatch): readonly GuardRow[] {
  const from_at = new Date(windowOf(endedMs)).toISOString();
  return cells.flatMap(({ flag, generation, arm, exposures, outcomes }): readonly GuardRow[] => {
    const place = { environment, flag, from_at, generation, arm, late: isLate, reporters: 1 };
    const nothing = { calls: 0, errors: 0, error_squares: 0, log_sum: 0, log_squares: 0, buckets: [] };
    const exposed = exposures === 0 ? [] : [{ ...place, outcome: '', ...nothing, exposures }];
    return [...exposed, ...outcomes.map((one) => ({ ...place, exposures: 0, ...sumsOf(one) }))];
  });
}

function sumsOf({ outcome, calls, errors, errorSquares, logSum, logSquares, buckets }: GuardedOutcome) {
  const counts = buckets.length === 0 ? [] : new Array<number>(HISTOGRAM_EDGES_MS.length + 1).fill(0);
  for (const [index, count] of buckets) counts[index] = count;
  const sums = { error_squares: errorSquares, log_sum: logSum, log_squares: logSquares };
  return { outcome, calls, errors, ...sums, buckets: counts };
}

function addRows(a: GuardRow, b: GuardRow): GuardRow {
  const longer = a.buckets.length < b.buckets.length ? b.buckets : a.buckets;
  return {
    ...a,
    exposures: a.exposures + b.exposures,
    calls: a.calls + b.calls,
    errors: a.errors + b.errors,
    error_squares: a.error_squares + b.error_squares,
    log_sum: a.log_sum + b.log_sum,
    log_squares: a.log_squares + b.log_squares,
    buckets: longer.map((_, index) => (a.buckets[index] ?? 0) + (b.buckets[index] ?? 0)),
  };
}
