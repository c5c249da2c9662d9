import type { Finding } from '@guidon/engine/model';
import type { EntityManager } from 'typeorm';
import { type Provenance, type RevisionHold, recordedHolds } from './revision-hold.js';

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
  /** Why it waits, or waited, for a person. */
  readonly holds: readonly RevisionHold[];
  /** Who is behind it, as far as it was looked up. */
  readonly provenance?: Provenance;
}

export interface FileChange {
  readonly revisionId: number;
  readonly path: string;
  /** `undefined`: no longer part of the snapshot. */
  readonly blob: string | undefined;
}

export type Draft = Omit<RevisionRecord, 'id'>;

/** A revision that nobody sees until `publishDraft`. */
export async function writeDraft(manager: EntityManager, draft: Draft): Promise<number> {
  const [row] = await manager.query(
    `INSERT INTO revisions (commit_id, state, author, subject, committed_at, judged_at, frozen, finding_count, holds,
       provenance)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id::float8 AS id`,
    [
      draft.commit,
      draft.state,
      storable(draft.author),
      storable(draft.subject),
      new Date(draft.committedAtMs),
      new Date(draft.judgedAtMs),
      JSON.stringify(draft.frozen.map(storable)),
      draft.findingCount,
      jsonText(draft.holds),
      draft.provenance === undefined ? null : jsonText(draft.provenance),
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
    [revisionId, from, findings.map(jsonText)],
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

/** Makes a draft the newest revision. The caller holds the locks and writes the heads. */
export async function publishDraft(manager: EntityManager, id: number): Promise<void> {
  await manager.query('UPDATE revisions SET published = true WHERE id = $1', [id]);
  await manager.query('UPDATE store SET revision_id = $1', [id]);
}

const REVISION_COLUMNS = `id::float8 AS id, commit_id, state, author, subject, committed_at, judged_at, frozen,
  finding_count, holds, provenance`;

export async function readRevision(manager: EntityManager, id: number): Promise<RevisionRecord | undefined> {
  const rows = await manager.query(`SELECT ${REVISION_COLUMNS} FROM revisions WHERE id = $1`, [id]);
  return rows.map(recordOf)[0];
}

/** The newest judgement of a commit, full or short id; two commits that begin alike are told apart by age. */
export async function findRevision(
  manager: EntityManager,
  commit: string,
): Promise<RevisionRecord | undefined> {
  const rows = await manager.query(
    `SELECT ${REVISION_COLUMNS} FROM revisions WHERE published AND commit_id LIKE $1 || '%' ORDER BY id DESC LIMIT 1`,
    [commit],
  );
  return rows.map(recordOf)[0];
}

export async function readLastAccepted(manager: EntityManager): Promise<string | undefined> {
  const rows = await manager.query(
    "SELECT commit_id FROM revisions WHERE published AND state IN ('accepted', 'partly') ORDER BY id DESC LIMIT 1",
  );
  return rows[0]?.commit_id;
}

/** Newest first. */
export async function readRevisions(manager: EntityManager, limit: number): Promise<RevisionRecord[]> {
  const rows = await manager.query(
    `SELECT ${REVISION_COLUMNS} FROM revisions WHERE published ORDER BY id DESC LIMIT $1`,
    [limit],
  );
  return rows.map(recordOf);
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
    holds: recordedHolds(row.holds),
    ...(row.provenance === null ? {} : { provenance: row.provenance as Provenance }),
  };
}

/** PostgreSQL text holds every character but U+0000, and a JSON column no lone surrogate either. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400').replace(/\p{Surrogate}/gu, '\ufffd');
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, it) => (typeof it === 'string' ? storable(it) : it));
}
