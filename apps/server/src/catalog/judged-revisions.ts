import type { EntityManager } from 'typeorm';
import { type RevisionRecord, readFindings, readRevision } from './catalog.repository.js';
import type { Provenance } from './revision-hold.js';
import type { NewestRevision } from './revision-source.js';

export interface JudgedRevision extends Pick<RevisionRecord, 'id' | 'commit' | 'state' | 'findingCount'> {
  /** Files that stay at their last good version. */
  readonly frozenCount: number;
  /** RFC 3339; present where it is held by freezes alone, of which the last ends then. */
  readonly heldUntil?: string | null;
}

/** The newest published revisions that were judged since a moment, oldest first. */
export async function readJudgedSince(
  manager: EntityManager,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<JudgedRevision[]> {
  const rows: JudgedRevision[] = await manager.query(
    `SELECT id::float8 AS id, commit_id AS commit, state, finding_count AS "findingCount",
       jsonb_array_length(frozen) AS "frozenCount",
       (SELECT CASE WHEN bool_and(h ->> 'until' IS NOT NULL) THEN max(h ->> 'until') END
        FROM jsonb_array_elements(holds) h) AS "heldUntil"
     FROM revisions WHERE published AND judged_at >= $1 ORDER BY id DESC LIMIT $2`,
    [new Date(sinceMs), limit],
  );
  return rows.reverse();
}

/**
 * Who brought a version of a file, and the versions between it and the one that was known before, newest first. A version that
 * came twice counts as of its last coming.
 */
export async function readFileRevisions(
  manager: EntityManager,
  { path, blob, known }: { readonly path: string; readonly blob: string; readonly known?: string },
): Promise<readonly Pick<RevisionRecord, 'author' | 'provenance'>[]> {
  const rows: { author: string; provenance: Provenance | null }[] = await manager.query(
    `WITH comings AS (
       SELECT c.blob, r.id, r.author, r.provenance FROM file_changes c JOIN revisions r ON r.id = c.revision_id
       WHERE c.path = $1 AND r.published)
     SELECT author, provenance FROM comings
     WHERE id <= (SELECT max(id) FROM comings WHERE blob = $2)
       AND id > COALESCE((SELECT max(id) FROM comings WHERE blob = $3 AND blob <> $2),
         (SELECT max(id) FROM comings WHERE blob = $2) - 1)
     ORDER BY id DESC LIMIT 100`,
    [path, blob, known ?? null],
  );
  return rows.map(({ author, provenance }) => ({ author, ...(provenance === null ? {} : { provenance }) }));
}

/** The newest judged revision of a store as everybody may see it. */
export async function readNewestRevision(
  manager: EntityManager,
  { lineage, revisionId }: { readonly lineage: string; readonly revisionId: number },
): Promise<NewestRevision> {
  const record = await readRevision(manager, revisionId);
  return { lineage, revisionId, record, findings: await readFindings(manager, revisionId) };
}
