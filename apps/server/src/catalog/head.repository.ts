import type { EntityManager } from 'typeorm';
import type { Newest } from './decide-publication.js';
import type { Head } from './head.js';
import { headOf } from './head-row.js';

export interface StoreRow extends Newest {
  readonly lineage: string;
}

const STORE_COLUMNS = 's.lineage, s.revision_id::float8 AS revision_id, r.commit_id, r.state';

interface StoreColumns {
  readonly lineage: string;
  readonly revision_id: number;
  readonly commit_id: string | null;
  readonly state: NonNullable<Newest['state']> | null;
}

/** The newest revision, under the lock that a publication takes before the heads. */
export async function lockStore(manager: EntityManager): Promise<StoreRow> {
  const [row] = await manager.query(
    `SELECT ${STORE_COLUMNS} FROM store s LEFT JOIN revisions r ON r.id = s.revision_id FOR UPDATE OF s`,
  );
  return storeOf(row);
}

function storeOf(row: StoreColumns): StoreRow {
  const { lineage, revision_id: revisionId, state } = row;
  const commit = row.commit_id ?? undefined;
  return { lineage, revisionId, commit, ...(state === null ? {} : { state }) };
}

const COLUMNS = `environment, generation::float8 AS generation, hash, revision, revision_id::float8 AS revision_id,
  removed, candidate, waiting, held, taken_back, pin, positions`;

/** Every head, locked by name, which is the order everywhere. */
export async function lockHeads(manager: EntityManager): Promise<Head[]> {
  const rows = await manager.query(`SELECT ${COLUMNS} FROM heads ORDER BY environment FOR UPDATE`);
  return rows.map(headOf);
}

/**
 * Both as of one moment, for which it must be one statement: content of one revision under the generation of the next
 * would be served otherwise when somebody publishes in between.
 */
export async function readStoreAndHeads(manager: EntityManager): Promise<{ store: StoreRow; heads: Head[] }> {
  const [row] = await manager.query(
    `SELECT ${STORE_COLUMNS},
       (SELECT coalesce(json_agg(h ORDER BY h.environment), '[]') FROM heads h) AS heads
     FROM store s LEFT JOIN revisions r ON r.id = s.revision_id`,
  );
  return { store: storeOf(row), heads: row.heads.map(headOf) };
}

/** Rulesets kept for each environment; bodies are derived from the file changes. */
const RULESETS_KEPT = 100;
/** Younger ones are kept, however many. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Writes heads and what they serve into the history. The caller holds the locks. */
export async function writeHeads(
  manager: EntityManager,
  heads: readonly Head[],
  nowMs: number,
): Promise<void> {
  if (heads.length === 0) return;
  await manager.query(
    `INSERT INTO heads (environment, generation, hash, revision, revision_id, removed, candidate, waiting, pin, held, taken_back, positions)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::boolean[], $7::jsonb[],
       $8::jsonb[], $9::jsonb[], $10::jsonb[], $11::jsonb[], $12::json[])
     ON CONFLICT (environment) DO UPDATE SET generation = excluded.generation, hash = excluded.hash,
       revision = excluded.revision, revision_id = excluded.revision_id, removed = excluded.removed,
       candidate = excluded.candidate, waiting = excluded.waiting, pin = excluded.pin, held = excluded.held,
       taken_back = excluded.taken_back, positions = excluded.positions`,
    [
      heads.map((head) => head.environment),
      heads.map((head) => head.generation),
      heads.map((head) => head.hash),
      heads.map((head) => head.revision),
      heads.map((head) => head.revisionId),
      heads.map((head) => head.removed),
      heads.map((head) => jsonOrNull(head.candidate)),
      heads.map((head) => jsonOrNull(head.waiting)),
      heads.map((head) => jsonOrNull(head.pin)),
      heads.map((head) => jsonOrNull(head.held)),
      heads.map((head) => jsonOrNull(head.takenBack)),
      heads.map((head) => jsonOrNull(head.positions)),
    ],
  );
  await writeHistory(manager, heads, nowMs);
}

/** A candidate enters the history as such; it has reached everybody when it is the head's own. */
async function writeHistory(manager: EntityManager, heads: readonly Head[], nowMs: number): Promise<void> {
  const rows = heads.flatMap(({ environment, candidate, positions = [], ...head }) => [
    { environment, ...head, positions, reachedAll: true },
    ...(candidate === undefined ? [] : [{ environment, ...candidate, positions, reachedAll: false }]),
  ]);
  await manager.query(
    `INSERT INTO rulesets (environment, generation, revision_id, hash, positions, created_at, reached_all)
     SELECT environment, generation, revision_id, hash, positions, $6, reached_all
     FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::boolean[], $7::jsonb[])
       AS t (environment, generation, revision_id, hash, reached_all, positions)
     ON CONFLICT (environment, generation) DO UPDATE SET reached_all = rulesets.reached_all OR excluded.reached_all,
       created_at = CASE WHEN excluded.reached_all AND NOT rulesets.reached_all THEN excluded.created_at
         ELSE rulesets.created_at END`,
    [
      rows.map((row) => row.environment),
      rows.map((row) => row.generation),
      rows.map((row) => row.revisionId),
      rows.map((row) => row.hash),
      rows.map((row) => row.reachedAll),
      new Date(nowMs),
      rows.map((row) => JSON.stringify(row.positions)),
    ],
  );
  await manager.query(
    `DELETE FROM rulesets r USING heads h
     WHERE h.environment = r.environment AND h.environment = ANY ($1) AND r.generation <= h.generation - $2
       AND r.created_at < $3`,
    [heads.map((head) => head.environment), RULESETS_KEPT, new Date(nowMs - KEPT_MS)],
  );
}

function jsonOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Whether this content was served to everybody in this environment at any time that is remembered. */
export async function hasReachedAll(
  manager: EntityManager,
  { environment, hash }: { readonly environment: string; readonly hash: string },
): Promise<boolean> {
  const [row] = await manager.query(
    'SELECT EXISTS (SELECT FROM rulesets WHERE environment = $1 AND hash = $2 AND reached_all) AS reached',
    [environment, hash],
  );
  return row.reached;
}

/** Since when everybody is served what the heads say, by environment, in milliseconds since the epoch. */
export async function readHeadTimes(manager: EntityManager): Promise<ReadonlyMap<string, number>> {
  const rows = await manager.query(
    `SELECT h.environment, r.created_at FROM heads h
     JOIN rulesets r ON r.environment = h.environment AND r.generation = h.generation`,
  );
  return new Map(
    rows.map((row: { environment: string; created_at: Date }) => [row.environment, row.created_at.getTime()]),
  );
}
