import type { Finding } from '@guidon/engine/model';
import type { EntityManager } from 'typeorm';
import type { Head, Newest } from './decide-publication.js';

export interface StoreRow extends Newest {
  readonly lineage: string;
}

/** A judged commit as the database keeps it. */
export interface RevisionRecord {
  readonly id: number;
  readonly commit: string;
  readonly state: 'accepted' | 'partly' | 'held' | 'rejected';
  readonly author: string;
  readonly subject: string;
  readonly committedAtMs: number;
  readonly judgedAtMs: number;
  readonly frozen: readonly string[];
  readonly findingCount: number;
}

export interface FileChange {
  readonly revisionId: number;
  readonly path: string;
  /** `undefined`: no longer part of the snapshot. */
  readonly blob: string | undefined;
}

/** The newest revision, under the lock that a publication takes before the heads. */
export async function lockStore(manager: EntityManager): Promise<StoreRow> {
  const [row] = await manager.query(
    `SELECT s.lineage, s.revision_id::float8 AS id, r.commit_id
     FROM store s LEFT JOIN revisions r ON r.id = s.revision_id FOR UPDATE OF s`,
  );
  return storeOf(row);
}

/** Every head, locked by name, which is the order everywhere. */
export function lockHeads(manager: EntityManager): Promise<Head[]> {
  return manager.query(
    `SELECT environment, generation::float8 AS generation, hash, revision, removed
     FROM heads ORDER BY environment FOR UPDATE`,
  );
}

/**
 * Both as of one moment, for which it must be one statement: content of one revision under the generation of the next
 * would be served otherwise when somebody publishes in between.
 */
export async function readStoreAndHeads(manager: EntityManager): Promise<{ store: StoreRow; heads: Head[] }> {
  const [row] = await manager.query(
    `SELECT s.lineage, s.revision_id::float8 AS id, r.commit_id,
       (SELECT coalesce(json_agg(h ORDER BY h.environment), '[]') FROM heads h) AS heads
     FROM store s LEFT JOIN revisions r ON r.id = s.revision_id`,
  );
  return { store: storeOf(row), heads: row.heads };
}

function storeOf(row: { lineage: string; id: number; commit_id: string | null }): StoreRow {
  return { lineage: row.lineage, revisionId: row.id, commit: row.commit_id ?? undefined };
}

export type Draft = Omit<RevisionRecord, 'id'>;

/** A revision that nobody sees until `publishDraft`. */
export async function writeDraft(manager: EntityManager, draft: Draft): Promise<number> {
  const [row] = await manager.query(
    `INSERT INTO revisions (commit_id, state, author, subject, committed_at, judged_at, frozen, finding_count)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id::float8 AS id`,
    [
      draft.commit,
      draft.state,
      storable(draft.author),
      storable(draft.subject),
      new Date(draft.committedAtMs),
      new Date(draft.judgedAtMs),
      JSON.stringify(draft.frozen.map(storable)),
      draft.findingCount,
    ],
  );
  return row.id;
}

export async function dropDraft(manager: EntityManager, id: number): Promise<void> {
  await manager.query('DELETE FROM revisions WHERE id = $1 AND NOT published', [id]);
}

/** Drafts that a crash left behind; one that is still being written is younger. */
export async function dropAbandonedDrafts(manager: EntityManager, beforeMs: number): Promise<void> {
  await manager.query('DELETE FROM revisions WHERE NOT published AND judged_at < $1', [new Date(beforeMs)]);
}

export async function writeFindings(
  manager: EntityManager,
  rows: { revisionId: number; from: number; findings: readonly Finding[] },
): Promise<void> {
  const { revisionId, from, findings } = rows;
  await manager.query(
    `INSERT INTO findings (revision_id, position, finding)
     SELECT $1, $2 + ordinality, finding::jsonb FROM unnest($3::text[]) WITH ORDINALITY AS t (finding, ordinality)`,
    [revisionId, from, findings.map((finding) => JSON.stringify(finding, (_, it) => plain(it)))],
  );
}

export async function writeFileChanges(
  manager: EntityManager,
  revisionId: number,
  changes: readonly (readonly [path: string, blob: string | undefined])[],
): Promise<void> {
  await manager.query(
    `INSERT INTO file_changes (revision_id, path, blob)
     SELECT $1, path, blob FROM unnest($2::text[], $3::text[]) AS t (path, blob)`,
    [revisionId, changes.map(([path]) => path), changes.map(([, blob]) => blob ?? null)],
  );
}

export interface Publish {
  readonly id: number;
  readonly heads: readonly Head[];
  readonly nowMs: number;
}

/** Rulesets kept for each environment; bodies are derived from the file changes. */
const RULESETS_KEPT = 100;

/** Makes a draft the newest revision and writes the heads that it changes. The caller holds the locks. */
export async function publishDraft(manager: EntityManager, { id, heads, nowMs }: Publish): Promise<void> {
  await manager.query('UPDATE revisions SET published = true WHERE id = $1', [id]);
  await manager.query('UPDATE store SET revision_id = $1', [id]);
  if (heads.length === 0) return;
  const environments = heads.map((head) => head.environment);
  const generations = heads.map((head) => head.generation);
  const hashes = heads.map((head) => head.hash);
  const gone = heads.map((head) => head.removed);
  await manager.query(
    `INSERT INTO heads (environment, generation, hash, revision, removed)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::boolean[])
     ON CONFLICT (environment) DO UPDATE SET generation = excluded.generation, hash = excluded.hash,
       revision = excluded.revision, removed = excluded.removed`,
    [environments, generations, hashes, heads.map((head) => head.revision), gone],
  );
  await manager.query(
    `INSERT INTO rulesets (environment, generation, revision_id, hash, positions, created_at)
     SELECT environment, generation, $4, hash, '[]', $5
     FROM unnest($1::text[], $2::bigint[], $3::text[]) AS t (environment, generation, hash)`,
    [environments, generations, hashes, id, new Date(nowMs)],
  );
  await manager.query(
    `DELETE FROM rulesets r USING heads h
     WHERE h.environment = r.environment AND h.environment = ANY ($1) AND r.generation <= h.generation - $2`,
    [environments, RULESETS_KEPT],
  );
}

const REVISION_COLUMNS = `id::float8 AS id, commit_id, state, author, subject, committed_at, judged_at, frozen,
  finding_count`;

export async function readRevision(manager: EntityManager, id: number): Promise<RevisionRecord | undefined> {
  const rows = await manager.query(`SELECT ${REVISION_COLUMNS} FROM revisions WHERE id = $1`, [id]);
  return rows.map(recordOf)[0];
}

export async function readFindings(manager: EntityManager, revisionId: number): Promise<Finding[]> {
  const rows = await manager.query('SELECT finding FROM findings WHERE revision_id = $1 ORDER BY position', [
    revisionId,
  ]);
  return rows.map((row: { finding: Finding }) => row.finding);
}

function recordOf(row: Record<string, unknown>): RevisionRecord {
  return {
    id: row.id as number,
    commit: row.commit_id as string,
    state: row.state as RevisionRecord['state'],
    author: row.author as string,
    subject: row.subject as string,
    committedAtMs: (row.committed_at as Date).getTime(),
    judgedAtMs: (row.judged_at as Date).getTime(),
    frozen: row.frozen as string[],
    findingCount: row.finding_count as number,
  };
}

/** PostgreSQL text holds every character but U+0000, and a JSON column no lone surrogate either. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400').replace(/\p{Surrogate}/gu, '\ufffd');
}

function plain(value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : value;
}
