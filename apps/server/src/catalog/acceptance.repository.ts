import type { EntityManager } from 'typeorm';

export interface Acceptance {
  readonly commit: string;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Whether somebody with the right said that this commit may go on in spite of what holds it. */
export async function isAccepted(manager: EntityManager, commit: string): Promise<boolean> {
  const [row] = await manager.query(
    'SELECT EXISTS (SELECT FROM acceptances WHERE commit_id = $1) AS accepted',
    [commit],
  );
  return row.accepted;
}

/** False when it was accepted before; the first word stands. */
export async function writeAcceptance(manager: EntityManager, acceptance: Acceptance): Promise<boolean> {
  const { commit, actor, reason, atMs } = acceptance;
  const rows = await manager.query(
    `WITH written AS (INSERT INTO acceptances (commit_id, actor, reason, accepted_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (commit_id) DO NOTHING RETURNING 1)
     SELECT count(*)::int AS written FROM written`,
    [commit, actor, reason, new Date(atMs)],
  );
  return rows[0].written > 0;
}
