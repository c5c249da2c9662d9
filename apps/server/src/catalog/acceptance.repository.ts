import type { EntityManager } from 'typeorm';
import type { RevisionHold } from './revision-hold.js';

export interface Acceptance {
  /** The judgement that somebody has seen. A later one of the same commit needs a word of its own. */
  readonly revisionId: number;
  readonly kinds: readonly RevisionHold['kind'][];
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

/** In spite of which kinds of holds a judged revision may go on; `undefined` when nobody has said so. */
export async function readAcceptance(
  manager: EntityManager,
  revisionId: number,
): Promise<ReadonlySet<string> | undefined> {
  const rows = await manager.query('SELECT kinds FROM acceptances WHERE revision_id = $1', [revisionId]);
  return rows[0] === undefined ? undefined : new Set(rows[0].kinds);
}

/** The first word stands; false where there was one. */
export async function writeAcceptance(manager: EntityManager, acceptance: Acceptance): Promise<boolean> {
  const { revisionId, kinds, actor, reason, atMs } = acceptance;
  const written = await manager.query(
    `INSERT INTO acceptances (revision_id, kinds, actor, reason, accepted_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (revision_id) DO NOTHING RETURNING revision_id`,
    [revisionId, kinds, actor, reason, new Date(atMs)],
  );
  return written.length > 0;
}
