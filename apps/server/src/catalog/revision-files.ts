import type { EntityManager } from 'typeorm';

/** A commit as it was judged at some moment: it may be judged more than once. */
export interface JudgedCommit {
  readonly commit: string;
  readonly atMs: number;
}

export interface ChangedFile {
  readonly path: string;
  /** Absent where it is not there any more. */
  readonly blob?: string;
}

/** What a revision changed. */
export interface RevisionFiles {
  readonly revisionId: number;
  readonly fileCount: number;
  /** How many of them are flags. */
  readonly flagCount: number;
  /** The first in order; and where a name was asked for, those of that name and those that may concern any flag. */
  readonly files: readonly ChangedFile[];
}

export interface FilesAsked {
  /** Of each revision. */
  readonly most: number;
  /** File name that is told also beyond `most`, in whatever folder. */
  readonly named?: string | undefined;
}

const LATEST_SQL = `
  SELECT t.ordinal, r.id::float8 AS id
  FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS t (commit_id, at, ordinal)
  CROSS JOIN LATERAL (SELECT id FROM revisions r WHERE r.published AND r.commit_id = t.commit_id
    AND r.judged_at <= t.at AND EXISTS (SELECT FROM file_changes c WHERE c.revision_id = r.id)
    ORDER BY r.id DESC LIMIT 1) r`;

const FILES_SQL = `
  SELECT id, path, blob, total, flags FROM (
    SELECT c.revision_id::float8 AS id, c.path, c.blob,
      row_number() OVER (revision ORDER BY c.path) AS place,
      (count(*) OVER revision)::int AS total,
      (count(*) FILTER (WHERE c.path ~ '\\.yaml$' AND c.path !~ '(^segments/|\\.test\\.yaml$|^guidon\\.yaml$)')
        OVER revision)::int AS flags
    FROM file_changes c WHERE c.revision_id = ANY ($1::bigint[])
    WINDOW revision AS (PARTITION BY c.revision_id)) f
  WHERE place <= $2 OR right('/' || path, length($3)) = $3 OR ($4 AND (path LIKE 'segments/%' OR path = 'guidon.yaml'))
  ORDER BY id, path`;

interface FileRow {
  readonly id: number;
  readonly path: string;
  readonly blob: string | null;
  readonly total: number;
  readonly flags: number;
}

/** What each of these commits changed when it was judged last before its moment; `undefined` where that is not known. */
export async function readRevisionFiles(
  manager: EntityManager,
  commits: readonly JudgedCommit[],
  { most, named }: FilesAsked,
): Promise<readonly (RevisionFiles | undefined)[]> {
  const latest: { ordinal: string; id: number }[] = await manager.query(LATEST_SQL, [
    commits.map(({ commit }) => commit),
    commits.map(({ atMs }) => new Date(atMs)),
  ]);
  const ids = [...new Set(latest.map(({ id }) => id))];
  // Never the end of a path where no name is asked for.
  const name = named === undefined ? '\u0001' : `/${named}`;
  const rows: FileRow[] = await manager.query(FILES_SQL, [ids, most, name, named !== undefined]);
  const found = new Map(ids.map((id) => [id, rows.filter((row) => row.id === id)]));
  const ordinals = new Map(latest.map(({ ordinal, id }) => [Number(ordinal), id]));
  return commits.map((_, index) => {
    const revisionId = ordinals.get(index + 1);
    if (revisionId === undefined) return undefined;
    const own = found.get(revisionId) ?? [];
    const files = own.map(({ path, blob }) => (blob === null ? { path } : { path, blob }));
    return { revisionId, fileCount: own[0]?.total ?? 0, flagCount: own[0]?.flags ?? 0, files };
  });
}

export interface FileAt {
  readonly revisionId: number;
  readonly path: string;
}

export interface TextsOfFile {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const TEXTS_SQL = `
  SELECT v_before.content AS before, v_after.content AS after
  FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS t (id, path, ordinal)
  JOIN file_changes c ON c.revision_id = t.id AND c.path = t.path
  LEFT JOIN file_versions v_after ON v_after.path = c.path AND v_after.blob = c.blob
  LEFT JOIN LATERAL (SELECT b.path, b.blob FROM file_changes b JOIN revisions r ON r.id = b.revision_id AND r.published
    WHERE b.path = t.path AND b.revision_id < t.id ORDER BY b.revision_id DESC LIMIT 1) b ON true
  LEFT JOIN file_versions v_before ON v_before.path = b.path AND v_before.blob = b.blob
  ORDER BY t.ordinal`;

/** What files said after their revision and before it, in the order asked for. */
export async function readTexts(
  manager: EntityManager,
  files: readonly FileAt[],
): Promise<readonly TextsOfFile[]> {
  const rows: { before: Buffer | null; after: Buffer | null }[] = await manager.query(TEXTS_SQL, [
    files.map(({ revisionId }) => revisionId),
    files.map(({ path }) => path),
  ]);
  return rows.map(({ before, after }) => ({
    before: before?.toString('utf8'),
    after: after?.toString('utf8'),
  }));
}
