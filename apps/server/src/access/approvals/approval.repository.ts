import type { EntityManager } from 'typeorm';
import type { Approval } from './approval.js';

type Queries = Pick<EntityManager, 'query'>;

interface Row {
  readonly id: string;
  readonly action: string;
  readonly about: Approval['about'];
  readonly environments: readonly string[];
  readonly requested_by: string;
  readonly requested_at: Date;
  readonly reason: string;
  readonly expires_at: Date;
  readonly state: Approval['state'];
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly decided_why: string | null;
  readonly involved: readonly string[];
}

const MOST = 200;

/** Newest first. */
export async function listApprovals(queries: Queries): Promise<Approval[]> {
  const rows: Row[] = await queries.query(
    `SELECT * FROM approvals ORDER BY requested_at DESC, id DESC LIMIT ${MOST}`,
  );
  return rows.map(toApproval);
}

export async function findApproval(queries: Queries, id: string): Promise<Approval | undefined> {
  const rows: Row[] = await queries.query('SELECT * FROM approvals WHERE id = $1', [id]);
  return rows.map(toApproval)[0];
}

export async function lockApproval(queries: Queries, id: string): Promise<Approval | undefined> {
  const rows: Row[] = await queries.query('SELECT * FROM approvals WHERE id = $1 FOR UPDATE', [id]);
  return rows.map(toApproval)[0];
}

/** The newest one of these that is still open at an instant, locked: of two who want to use it the second finds it used. */
export async function lockOpen(
  queries: Queries,
  wanted: Pick<Approval, 'requestedBy' | 'action' | 'involved'> & {
    readonly hash: string;
    readonly at: Date;
  },
): Promise<Approval | undefined> {
  const rows: Row[] = await queries.query(
    `SELECT * FROM approvals WHERE requested_by = $1 AND action = $2 AND about_hash = $3
       AND state IN ('waiting', 'granted') AND expires_at > $4 AND involved = $5::jsonb
     ORDER BY (state = 'granted') DESC, requested_at DESC LIMIT 1 FOR UPDATE`,
    [wanted.requestedBy, wanted.action, wanted.hash, wanted.at, JSON.stringify(wanted.involved)],
  );
  return rows.map(toApproval)[0];
}

export async function insertApproval(queries: Queries, approval: Approval, hash: string): Promise<void> {
  const { id, action, about, environments, requestedBy, involved, requestedAtMs, reason, expiresAtMs } =
    approval;
  await queries.query(
    `INSERT INTO approvals (id, action, about, about_hash, environments, requested_by, requested_at, reason, expires_at,
       involved, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting')`,
    [
      ...[id, action, JSON.stringify(about), hash, JSON.stringify(environments)],
      ...[requestedBy, new Date(requestedAtMs), reason, new Date(expiresAtMs), JSON.stringify(involved)],
    ],
  );
}

export async function decideApproval(
  queries: Queries,
  id: string,
  decision: {
    readonly state: 'granted' | 'refused';
    readonly by: string;
    readonly why: string;
    readonly at: Date;
  },
): Promise<void> {
  const { state, by, why, at } = decision;
  await queries.query(
    'UPDATE approvals SET state = $2, decided_by = $3, decided_why = $4, decided_at = $5 WHERE id = $1',
    [id, state, by, why, at],
  );
}

export async function useApproval(queries: Queries, id: string): Promise<void> {
  await queries.query("UPDATE approvals SET state = 'used' WHERE id = $1", [id]);
}

function toApproval(row: Row): Approval {
  return {
    ...{
      id: row.id,
      action: row.action,
      about: row.about,
      environments: row.environments,
      reason: row.reason,
    },
    requestedBy: row.requested_by,
    involved: row.involved,
    requestedAtMs: row.requested_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    state: row.state,
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.decided_at === null ? {} : { decidedAtMs: row.decided_at.getTime() }),
    ...(row.decided_why === null ? {} : { decidedWhy: row.decided_why }),
  };
}
