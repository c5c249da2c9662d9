import type { AnswerUsage, CountedReason } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import { type AnswerBatch, nameOf, rollUp } from './answer-batch.js';

/** Marks batches as counted and adds them up; what is marked already was repeated and is not counted again. */
export async function countBatches(manager: EntityManager, batches: readonly AnswerBatch[]): Promise<void> {
  const marks = batches.map(({ environment, instance, reporter, sequence, endedMs }) => ({
    ...{ environment, instance, reporter, sequence },
    ended_at: new Date(endedMs).toISOString(),
  }));
  const marked: { environment: string; instance: string; reporter: string; sequence: number }[] =
    await manager.query(
      `INSERT INTO usage_batches (environment, instance, reporter, sequence, ended_at)
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (environment text, instance text, reporter text,
         sequence bigint, ended_at timestamptz)
       ORDER BY 1, 2, 3, 4
       ON CONFLICT DO NOTHING
       RETURNING environment, instance, reporter, sequence::float8 AS sequence`,
      [JSON.stringify(marks)],
    );
  const news = new Set(marked.map((mark) => nameOf(mark as AnswerBatch)));
  // Two of one name within the portion: the first counts.
  const fresh = batches.filter((batch) => news.delete(nameOf(batch)));
  if (fresh.length === 0) return;
  const { rows, instances } = rollUp(fresh);
  await addRows(manager, rows);
  await addInstances(manager, instances);
}

async function addRows(manager: EntityManager, rows: ReturnType<typeof rollUp>['rows']): Promise<void> {
  // In one order everywhere, so that two replicas wait for each other and never in a circle.
  await manager.query(
    `INSERT INTO usage_hourly AS known (environment, hour, flag, variant, rule, reason, evaluations)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (environment text, hour timestamptz, flag text, variant text,
       rule text, reason text, evaluations bigint)
     ORDER BY 1, 2, 3, 4, 5, 6
     ON CONFLICT (environment, flag, hour, variant, rule, reason)
     DO UPDATE SET evaluations = known.evaluations + EXCLUDED.evaluations`,
    [JSON.stringify(rows)],
  );
}

async function addInstances(
  manager: EntityManager,
  rows: ReturnType<typeof rollUp>['instances'],
): Promise<void> {
  await manager.query(
    `INSERT INTO usage_hourly_instances AS known (environment, hour, instance, first_at, last_at, evaluations, dropped)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (environment text, hour timestamptz, instance text,
       first_at timestamptz, last_at timestamptz, evaluations bigint, dropped bigint)
     ORDER BY 1, 2, 3
     ON CONFLICT (environment, hour, instance) DO UPDATE SET
       first_at = least(known.first_at, EXCLUDED.first_at), last_at = greatest(known.last_at, EXCLUDED.last_at),
       evaluations = known.evaluations + EXCLUDED.evaluations, dropped = known.dropped + EXCLUDED.dropped`,
    [JSON.stringify(rows)],
  );
}

export interface UsageSearch {
  /** From this hour on. */
  readonly sinceMs: number;
  readonly environment?: string | undefined;
  readonly flag?: string | undefined;
}

export async function fetchAnswers(
  manager: EntityManager,
  { sinceMs, environment, flag }: UsageSearch,
): Promise<readonly (AnswerUsage & { readonly environment: string })[]> {
  const rows: {
    environment: string;
    flag: string;
    variant: string;
    rule: string;
    reason: CountedReason;
    evaluations: number;
  }[] = await manager.query(
    `SELECT environment, flag, variant, rule, reason, SUM(evaluations)::float8 AS evaluations
     FROM usage_hourly
     WHERE hour >= $1 AND ($2::text IS NULL OR environment = $2) AND ($3::text IS NULL OR flag = $3)
     GROUP BY 1, 2, 3, 4, 5 ORDER BY environment COLLATE "C", flag COLLATE "C", 6 DESC, variant COLLATE "C", rule COLLATE "C"`,
    [new Date(sinceMs), environment ?? null, flag ?? null],
  );
  return rows.map(({ rule, ...row }) => (rule === '' ? row : { ...row, rule }));
}

/** What is known of an environment as a whole, whichever flag is asked for. */
export interface Coverage {
  readonly environment: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly instances: number;
  readonly dropped: number;
}

export function fetchCoverage(
  manager: EntityManager,
  { sinceMs, environment }: UsageSearch,
): Promise<readonly Coverage[]> {
  const ms = (text: string) => `(EXTRACT(EPOCH FROM ${text}) * 1000)::float8`;
  return manager.query(
    `SELECT environment, ${ms('MIN(first_at)')} AS "fromMs", ${ms('MAX(last_at)')} AS "toMs",
       COUNT(DISTINCT instance)::float8 AS instances, SUM(dropped)::float8 AS dropped
     FROM usage_hourly_instances WHERE hour >= $1 AND ($2::text IS NULL OR environment = $2)
     GROUP BY 1 ORDER BY environment COLLATE "C"`,
    [new Date(sinceMs), environment ?? null],
  );
}

export interface HourlyAges {
  readonly hoursBeforeMs: number;
  readonly batchesBeforeMs: number;
}

export async function removeOldHours(
  manager: EntityManager,
  { hoursBeforeMs, batchesBeforeMs }: HourlyAges,
): Promise<void> {
  await manager.query('DELETE FROM usage_hourly WHERE hour < $1', [new Date(hoursBeforeMs)]);
  await manager.query('DELETE FROM usage_hourly_instances WHERE hour < $1', [new Date(hoursBeforeMs)]);
  await manager.query('DELETE FROM usage_batches WHERE ended_at < $1', [new Date(batchesBeforeMs)]);
}
