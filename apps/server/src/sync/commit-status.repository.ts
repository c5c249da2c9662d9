import type { EntityManager } from 'typeorm';
import type { Told } from './commit-status.js';

export async function readTold(
  manager: EntityManager,
  revisionIds: readonly number[],
): Promise<Map<number, Told>> {
  const rows = await manager.query(
    `SELECT revision_id::float8 AS id, posted_state, attempts, next_at FROM commit_statuses
     WHERE revision_id = ANY ($1::bigint[])`,
    [revisionIds],
  );
  return new Map(
    rows.map((row: { id: number; posted_state: string | null; attempts: number; next_at: Date }) => [
      row.id,
      {
        revisionId: row.id,
        postedState: row.posted_state ?? undefined,
        attempts: row.attempts,
        nextAtMs: row.next_at.getTime(),
      },
    ]),
  );
}

/** Also forgets revisions so old that they are never told again. */
export async function writeTold(manager: EntityManager, told: Told, oldestId: number): Promise<void> {
  await manager.query(
    `INSERT INTO commit_statuses (revision_id, posted_state, attempts, next_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (revision_id) DO UPDATE SET posted_state = excluded.posted_state, attempts = excluded.attempts,
       next_at = excluded.next_at`,
    [told.revisionId, told.postedState ?? null, told.attempts, new Date(told.nextAtMs)],
  );
  await manager.query('DELETE FROM commit_statuses WHERE revision_id < $1', [oldestId]);
}
