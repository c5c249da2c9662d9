import type { EntityManager } from 'typeorm';
import type { RevisionRecord } from './catalog.repository.js';

export interface JudgedRevision extends Pick<RevisionRecord, 'id' | 'commit' | 'state' | 'findingCount'> {
  /** Files that stay at their last good version. */
  readonly frozenCount: number;
}

/** The newest published revisions that were judged since a moment, oldest first. */
export async function readJudgedSince(
  manager: EntityManager,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<JudgedRevision[]> {
  const rows: JudgedRevision[] = await manager.query(
    `SELECT id::float8 AS id, commit_id AS commit, state, finding_count AS "findingCount",
       jsonb_array_length(frozen) AS "frozenCount"
     FROM revisions WHERE published AND judged_at >= $1 ORDER BY id DESC LIMIT $2`,
    [new Date(sinceMs), limit],
  );
  return rows.reverse();
}
