import type { RefusedRuleset } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { InstanceRow, SdkInstance, UsageCounts, WindowRow } from './report-rows.js';

/** Counts of all instances with one ruleset, in one window of ten seconds. */
export interface UsageWindow extends UsageCounts {
  /** Where the window ends; a count belongs to the window in which its interval ended. */
  readonly endMs: number;
  readonly generation: number;
  readonly hash: string;
}

/** Counts of one instance with one ruleset, over all windows asked for. */
export interface InstanceTotals extends UsageCounts {
  readonly instance: string;
  readonly generation: number;
  readonly hash: string;
}

export const WINDOW_MS = 10_000;

export async function storeInstances(manager: EntityManager, rows: readonly InstanceRow[]): Promise<void> {
  const records = rows.map(({ sdk, applied, refused, lastSeenMs, ...row }) => ({
    ...row,
    sdk_name: sdk.name,
    sdk_version: sdk.version,
    last_seen: new Date(lastSeenMs).toISOString(),
    lineage: applied?.lineage ?? null,
    generation: applied?.generation ?? null,
    hash: applied?.hash ?? null,
    refused: refused ?? null,
  }));
  await manager.query(
    `INSERT INTO sdk_instances AS known (environment, instance, boot, sdk_name, sdk_version, first_seen, last_seen,
       lineage, generation, hash, refused, closed)
     SELECT environment, instance, boot, sdk_name, sdk_version, last_seen, last_seen, lineage, generation, hash,
       refused, closed
     FROM jsonb_to_recordset($1::jsonb) AS row (environment text, instance text, boot text, sdk_name text,
       sdk_version text, last_seen timestamptz, lineage text, generation bigint, hash text, refused jsonb,
       closed boolean)
     ORDER BY environment, instance
     ON CONFLICT (environment, instance) DO UPDATE SET
       restarted_at = CASE WHEN known.boot = EXCLUDED.boot THEN known.restarted_at ELSE EXCLUDED.last_seen END,
       boot = EXCLUDED.boot, sdk_name = EXCLUDED.sdk_name, sdk_version = EXCLUDED.sdk_version,
       last_seen = EXCLUDED.last_seen, lineage = EXCLUDED.lineage, generation = EXCLUDED.generation,
       hash = EXCLUDED.hash, refused = EXCLUDED.refused, closed = EXCLUDED.closed
     WHERE known.last_seen <= EXCLUDED.last_seen`,
    [JSON.stringify(records)],
  );
}

/** A window that is there already stays as it is: its report was repeated. */
export async function storeWindows(manager: EntityManager, rows: readonly WindowRow[]): Promise<void> {
  const records = rows.map(({ ruleset, endedMs, ...row }) => ({
    environment: row.environment,
    instance: row.instance,
    reporter: row.reporter,
    sequence: row.sequence,
    ordinal: row.ordinal,
    ...ruleset,
    ended_at: new Date(endedMs).toISOString(),
    evaluations: row.evaluations,
    evaluation_errors: row.evaluationErrors,
    defaults_served: row.defaultsServed,
    calls: row.calls,
    failed_calls: row.failedCalls,
  }));
  await manager.query(
    `INSERT INTO usage_windows (environment, instance, reporter, sequence, ordinal, lineage, generation, hash,
       ended_at, evaluations, evaluation_errors, defaults_served, calls, failed_calls)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (environment text, instance text, reporter text,
       sequence bigint, ordinal integer, lineage text, generation bigint, hash text, ended_at timestamptz,
       evaluations bigint, evaluation_errors bigint, defaults_served bigint, calls bigint, failed_calls bigint)
     ORDER BY 1, 2, 3, 4, 5
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(records)],
  );
}

const MS = (column: string) => `(EXTRACT(EPOCH FROM ${column}) * 1000)::float8`;

export async function fetchInstances(
  manager: EntityManager,
  environment: string,
): Promise<readonly SdkInstance[]> {
  const rows: InstanceRecord[] = await manager.query(
    `SELECT instance, boot, sdk_name, sdk_version, lineage, generation::float8 AS generation, hash, refused, closed,
       ${MS('restarted_at')} AS restarted, ${MS('first_seen')} AS first_seen, ${MS('last_seen')} AS last_seen
     FROM sdk_instances WHERE environment = $1 ORDER BY instance`,
    [environment],
  );
  return rows.map(toInstance);
}

interface InstanceRecord {
  readonly instance: string;
  readonly boot: string;
  readonly sdk_name: string;
  readonly sdk_version: string;
  readonly lineage: string | null;
  readonly generation: number | null;
  readonly hash: string | null;
  readonly refused: RefusedRuleset | null;
  readonly closed: boolean;
  readonly restarted: number | null;
  readonly first_seen: number;
  readonly last_seen: number;
}

function toInstance(row: InstanceRecord): SdkInstance {
  const { instance, boot, lineage, generation, hash, refused, restarted, closed } = row;
  return {
    instance,
    boot,
    sdk: { name: row.sdk_name, version: row.sdk_version },
    firstSeenMs: row.first_seen,
    lastSeenMs: row.last_seen,
    closed,
    ...(restarted === null ? {} : { restartedMs: restarted }),
    ...(lineage === null || generation === null || hash === null
      ? {}
      : { applied: { lineage, generation, hash } }),
    ...(refused === null ? {} : { refused }),
  };
}

const SUMS = `SUM(evaluations)::float8 AS "evaluations", SUM(evaluation_errors)::float8 AS "evaluationErrors",
  SUM(defaults_served)::float8 AS "defaultsServed", SUM(calls)::float8 AS "calls",
  SUM(failed_calls)::float8 AS "failedCalls"`;

export function fetchWindows(
  manager: EntityManager,
  environment: string,
  sinceMs: number,
): Promise<readonly UsageWindow[]> {
  return manager.query(
    `SELECT CEIL((EXTRACT(EPOCH FROM ended_at) * 1000)::float8 / $3::float8) * $3::float8 AS "endMs",
       generation::float8 AS generation, hash, ${SUMS}
     FROM usage_windows WHERE environment = $1 AND ended_at > $2 GROUP BY 1, 2, 3 ORDER BY 1, 2`,
    [environment, new Date(sinceMs), WINDOW_MS],
  );
}

export function fetchTotals(
  manager: EntityManager,
  environment: string,
  sinceMs: number,
): Promise<readonly InstanceTotals[]> {
  return manager.query(
    `SELECT instance, generation::float8 AS generation, hash, ${SUMS}
     FROM usage_windows WHERE environment = $1 AND ended_at > $2 GROUP BY 1, 2, 3 ORDER BY 1, 2`,
    [environment, new Date(sinceMs)],
  );
}

export interface Ages {
  readonly windowsBeforeMs: number;
  readonly instancesBeforeMs: number;
}

export async function removeOld(
  manager: EntityManager,
  { windowsBeforeMs, instancesBeforeMs }: Ages,
): Promise<void> {
  await manager.query('DELETE FROM usage_windows WHERE ended_at < $1', [new Date(windowsBeforeMs)]);
  await manager.query('DELETE FROM sdk_instances WHERE last_seen < $1', [new Date(instancesBeforeMs)]);
}
