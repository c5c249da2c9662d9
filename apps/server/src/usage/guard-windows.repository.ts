import type { EntityManager } from 'typeorm';
import { type GuardBatch, type GuardRow, rollUpGuards, type SeenRow } from './guard-batch.js';

type Mark = Pick<GuardBatch, 'environment' | 'instance' | 'reporter' | 'sequence'>;

/** Marks batches as counted and adds them up; what is marked already was repeated and is not counted again. */
export async function countGuardBatches(
  manager: EntityManager,
  batches: readonly GuardBatch[],
): Promise<void> {
  const marks = batches.map(({ environment, instance, reporter, sequence, endedMs }) => ({
    ...{ environment, instance, reporter, sequence },
    ended_at: new Date(endedMs).toISOString(),
  }));
  const marked: Mark[] = await manager.query(
    `INSERT INTO guard_batches (environment, instance, reporter, sequence, ended_at)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (environment text, instance text, reporter text,
       sequence bigint, ended_at timestamptz)
     ORDER BY 1, 2, 3, 4
     ON CONFLICT DO NOTHING
     RETURNING environment, instance, reporter, sequence::float8 AS sequence`,
    [JSON.stringify(marks)],
  );
  const news = new Set(marked.map(nameOf));
  // Two of one name within the portion: the first counts.
  const fresh = batches.filter((batch) => news.delete(nameOf(batch)));
  if (fresh.length === 0) return;
  const { rows, seen } = rollUpGuards(fresh);
  await addRows(manager, rows);
  await noteSeen(manager, seen);
}

function nameOf({ environment, instance, reporter, sequence }: Mark): string {
  return JSON.stringify([environment, instance, reporter, sequence]);
}

async function addRows(manager: EntityManager, rows: readonly GuardRow[]): Promise<void> {
  // In one order everywhere, so that two replicas wait for each other and never in a circle.
  await manager.query(
    `INSERT INTO guard_windows AS known (environment, flag, from_at, generation, outcome, arm, late, reporters,
       exposures, calls, errors, error_squares, log_sum, log_squares, buckets)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (environment text, flag text, from_at timestamptz,
       generation bigint, outcome text, arm text, late boolean, reporters bigint, exposures bigint, calls bigint,
       errors bigint, error_squares numeric, log_sum float8, log_squares float8, buckets bigint[])
     ORDER BY 1, 2, 3, 4, 5, 6, 7
     ON CONFLICT (environment, flag, from_at, generation, outcome, arm, late) DO UPDATE SET
       reporters = known.reporters + EXCLUDED.reporters, exposures = known.exposures + EXCLUDED.exposures,
       calls = known.calls + EXCLUDED.calls, errors = known.errors + EXCLUDED.errors,
       error_squares = known.error_squares + EXCLUDED.error_squares,
       log_sum = known.log_sum + EXCLUDED.log_sum, log_squares = known.log_squares + EXCLUDED.log_squares,
       buckets = ARRAY(SELECT COALESCE(a, 0) + COALESCE(b, 0)
         FROM unnest(known.buckets, EXCLUDED.buckets) WITH ORDINALITY AS pair (a, b, place) ORDER BY place)`,
    [JSON.stringify(rows)],
  );
}

async function noteSeen(manager: EntityManager, seen: readonly SeenRow[]): Promise<void> {
  await manager.query(
    `INSERT INTO outcomes_seen AS known (environment, outcome, last_at)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (environment text, outcome text, last_at timestamptz)
     ORDER BY 1, 2
     ON CONFLICT (environment, outcome) DO UPDATE SET last_at = greatest(known.last_at, EXCLUDED.last_at)`,
    [JSON.stringify(seen)],
  );
}

export interface GuardSearch {
  readonly flag: string;
  readonly environment: string;
  /** Windows that begin then or later. */
  readonly sinceMs: number;
}

export type StoredGuardRow = Omit<GuardRow, 'environment' | 'flag' | 'from_at'> & { readonly fromMs: number };

const MS = (text: string) => `(EXTRACT(EPOCH FROM ${text}) * 1000)::float8`;

export function fetchGuardRows(
  manager: EntityManager,
  { flag, environment, sinceMs }: GuardSearch,
): Promise<readonly StoredGuardRow[]> {
  return manager.query(
    `SELECT ${MS('from_at')} AS "fromMs", generation::float8 AS generation, outcome, arm, late,
       reporters::float8 AS reporters, exposures::float8 AS exposures, calls::float8 AS calls, errors::float8 AS errors,
       error_squares::float8 AS error_squares, log_sum, log_squares, buckets::float8[] AS buckets
     FROM guard_windows WHERE environment = $1 AND flag = $2 AND from_at >= $3
     ORDER BY from_at, generation, late, outcome COLLATE "C", arm`,
    [environment, flag, new Date(sinceMs)],
  );
}

/** Where the newest window of a flag begins; null: there is none. */
export async function fetchLastWindow(
  manager: EntityManager,
  { flag, environment }: Pick<GuardSearch, 'flag' | 'environment'>,
): Promise<number | null> {
  const [row]: { last: number | null }[] = await manager.query(
    `SELECT ${MS('MAX(from_at)')} AS last FROM guard_windows WHERE environment = $1 AND flag = $2`,
    [environment, flag],
  );
  return row?.last ?? null;
}

export async function fetchSeen(
  manager: EntityManager,
  { environment, sinceMs }: { readonly environment: string; readonly sinceMs: number },
): Promise<readonly string[]> {
  const rows: { outcome: string }[] = await manager.query(
    'SELECT outcome FROM outcomes_seen WHERE environment = $1 AND last_at >= $2 ORDER BY outcome COLLATE "C"',
    [environment, new Date(sinceMs)],
  );
  return rows.map(({ outcome }) => outcome);
}

export interface GuardAges {
  readonly windowsBeforeMs: number;
  readonly batchesBeforeMs: number;
}

export async function removeOldGuardRows(
  manager: EntityManager,
  { windowsBeforeMs, batchesBeforeMs }: GuardAges,
): Promise<void> {
  await manager.query('DELETE FROM guard_windows WHERE from_at < $1', [new Date(windowsBeforeMs)]);
  await manager.query('DELETE FROM outcomes_seen WHERE last_at < $1', [new Date(windowsBeforeMs)]);
  await manager.query('DELETE FROM guard_batches WHERE ended_at < $1', [new Date(batchesBeforeMs)]);
}
