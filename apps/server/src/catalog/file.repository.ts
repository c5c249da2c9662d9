import type { EntityManager } from 'typeorm';
import type { FileChange } from './catalog.repository.js';
import type { BlobContent } from './loading/load-messages.js';

export interface FileVersion {
  readonly path: string;
  readonly blob: string;
}

/** Which of these versions the database does not hold yet. */
export async function missingVersions(
  manager: EntityManager,
  versions: readonly FileVersion[],
): Promise<FileVersion[]> {
  return manager.query(
    `SELECT w.path, w.blob FROM unnest($1::text[], $2::text[]) AS w (path, blob)
     WHERE NOT EXISTS (SELECT FROM file_versions v WHERE v.path = w.path AND v.blob = w.blob)`,
    [versions.map(({ path }) => path), versions.map(({ blob }) => blob)],
  );
}

export async function writeVersions(
  manager: EntityManager,
  versions: readonly (FileVersion & { readonly content: Uint8Array })[],
): Promise<void> {
  await manager.query(
    `INSERT INTO file_versions (path, blob, content)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[]) ON CONFLICT (path, blob) DO NOTHING`,
    [
      versions.map(({ path }) => path),
      versions.map(({ blob }) => blob),
      versions.map(({ content }) => Buffer.from(content.buffer, content.byteOffset, content.byteLength)),
    ],
  );
}

export async function readVersions(
  manager: EntityManager,
  versions: readonly FileVersion[],
): Promise<BlobContent[]> {
  const rows = await manager.query(
    `SELECT v.blob, v.content FROM file_versions v
     JOIN unnest($1::text[], $2::text[]) AS w (path, blob) ON w.path = v.path AND w.blob = v.blob`,
    [versions.map(({ path }) => path), versions.map(({ blob }) => blob)],
  );
  return rows.map((row: { blob: string; content: Buffer }) => [row.blob, new Uint8Array(row.content)]);
}

export interface ChangesAfter {
  readonly revisionId: number;
  /** Where the portion before ended. */
  readonly path: string;
  readonly upTo: number;
  readonly limit: number;
}

/** The history of file versions in portions, oldest first; drafts are left out. */
export async function readFileChanges(manager: EntityManager, after: ChangesAfter): Promise<FileChange[]> {
  const rows = await manager.query(
    `SELECT c.revision_id::float8 AS id, c.path, c.blob FROM file_changes c
     JOIN revisions r ON r.id = c.revision_id AND r.published
     WHERE (c.revision_id > $1 OR (c.revision_id = $1 AND c.path > $2)) AND c.revision_id <= $3
     ORDER BY c.revision_id, c.path LIMIT $4`,
    [after.revisionId, after.path, after.upTo, after.limit],
  );
  return rows.map((row: { id: number; path: string; blob: string | null }) => ({
    revisionId: row.id,
    path: row.path,
    blob: row.blob ?? undefined,
  }));
}

/** Paths that the newest revision of a commit (full or short id) changed; `undefined` when it never was a revision. */
export async function readChangedPaths(
  manager: EntityManager,
  commit: string,
): Promise<string[] | undefined> {
  const [revision] = await manager.query(
    "SELECT id FROM revisions WHERE published AND commit_id LIKE $1 || '%' ORDER BY id DESC LIMIT 1",
    [commit],
  );
  if (revision === undefined) return undefined;
  const rows = await manager.query('SELECT path FROM file_changes WHERE revision_id = $1', [revision.id]);
  return rows.map((row: { path: string }) => row.path);
}

/** Commit of the first revision that brought any file. */
export async function readBaselineCommit(manager: EntityManager): Promise<string | undefined> {
  const [first] = await manager.query(
    `SELECT r.commit_id AS commit FROM revisions r
     WHERE r.published AND EXISTS (SELECT FROM file_changes c WHERE c.revision_id = r.id)
     ORDER BY r.id LIMIT 1`,
  );
  return first?.commit;
}

/** The blob of each path that is live; a path that is not is left out. */
export async function readLiveBlobs(
  manager: EntityManager,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows: { path: string; blob: string }[] = await manager.query(
    `SELECT w.path, c.blob FROM unnest($1::text[]) AS w (path)
     CROSS JOIN LATERAL (
       SELECT c.blob FROM file_changes c JOIN revisions r ON r.id = c.revision_id AND r.published
       WHERE c.path = w.path ORDER BY c.revision_id DESC LIMIT 1) c
     WHERE c.blob IS NOT NULL`,
    [paths],
  );
  return new Map(rows.map(({ path, blob }) => [path, blob]));
}
