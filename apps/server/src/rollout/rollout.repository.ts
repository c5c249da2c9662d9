import type { RolloutApproval, RolloutRecord, RolloutState } from '@guidon/policy/rollout';
import type { EntityManager } from 'typeorm';

/** Which rollout: a flag has at most one in an environment. */
export interface RolloutName {
  readonly environment: string;
  readonly flag: string;
}

/** A row of `rollouts`. The version grows with every write of the row, whatever was written. */
export interface StoredRollout extends RolloutName {
  readonly version: number;
  /** The version that its last transition made: what has been counted since is no other state of things to a person. */
  readonly movedVersion: number;
  readonly state: RolloutState;
  readonly changedAtMs: number;
}

export interface StoredEvent extends RolloutName {
  readonly sequence: number;
  readonly record: RolloutRecord;
}

interface Row {
  readonly environment: string;
  readonly flag: string;
  readonly version: number;
  readonly movedVersion: number;
  readonly state: RolloutState;
  readonly changed_at: Date | string;
}

const COLUMNS = `environment, flag, version::float8 AS version, state, changed_at,
  (SELECT COALESCE(max(e.version), 0)::float8 FROM rollout_events e
   WHERE e.environment = rollouts.environment AND e.flag = rollouts.flag) AS "movedVersion"`;

export async function readRollouts(
  manager: EntityManager,
  environment?: string,
): Promise<readonly StoredRollout[]> {
  const where = environment === undefined ? '' : 'WHERE environment = $1';
  const rows: Row[] = await manager.query(
    `SELECT ${COLUMNS} FROM rollouts ${where} ORDER BY environment, flag`,
    environment === undefined ? [] : [environment],
  );
  return rows.map(storedOf);
}

export async function readRollout(
  manager: EntityManager,
  { environment, flag }: RolloutName,
): Promise<StoredRollout | undefined> {
  const rows: Row[] = await manager.query(
    `SELECT ${COLUMNS} FROM rollouts WHERE environment = $1 AND flag = $2`,
    [environment, flag],
  );
  return rows.map(storedOf)[0];
}

/** Names may have dots, so which rollout an id means is for the rows to say. */
export async function findRolloutName(manager: EntityManager, id: string): Promise<RolloutName | undefined> {
  const rows: RolloutName[] = await manager.query(
    `SELECT environment, flag FROM rollouts WHERE environment || '.' || flag = $1 ORDER BY environment LIMIT 1`,
    [id],
  );
  return rows[0];
}

/**
 * Compare-and-set on the version of the whole row: false when somebody wrote it since it was read. Version 0 stands for "there
 * is none".
 */
export async function writeRollout(
  manager: EntityManager,
  { environment, flag, version, state, changedAtMs }: Omit<StoredRollout, 'movedVersion'>,
): Promise<boolean> {
  const values = [environment, flag, version, state.phase, JSON.stringify(state), new Date(changedAtMs)];
  const rows: readonly unknown[] =
    version === 0
      ? await manager.query(
          `INSERT INTO rollouts (environment, flag, version, phase, state, changed_at)
           SELECT $1, $2, $3::bigint + 1, $4, $5::json, $6 ON CONFLICT DO NOTHING RETURNING version`,
          values,
        )
      : returned(
          await manager.query(
            `UPDATE rollouts SET version = version + 1, phase = $4, state = $5::json, changed_at = $6
             WHERE environment = $1 AND flag = $2 AND version = $3 RETURNING version`,
            values,
          ),
        );
  return rows.length === 1;
}

/** An UPDATE answers with its rows and their number. */
function returned(answer: readonly unknown[]): readonly unknown[] {
  return Array.isArray(answer[0]) ? answer[0] : answer;
}

/** One row of the log, under the next number of the feed. The caller holds the lock of the audit head. */
export async function appendEvent(
  manager: EntityManager,
  { environment, flag }: RolloutName,
  { version, record }: { readonly version: number; readonly record: RolloutRecord },
): Promise<void> {
  await manager.query('UPDATE rollout_feed SET sequence = sequence + 1');
  await manager.query(
    `INSERT INTO rollout_events (sequence, environment, flag, version, at, record)
     SELECT sequence, $1, $2, $3, $4, $5::json FROM rollout_feed`,
    [environment, flag, version, new Date(record.atMs), JSON.stringify(record)],
  );
}

/** The newest first. */
export async function readTimeline(
  manager: EntityManager,
  { environment, flag }: RolloutName,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<readonly StoredEvent[]> {
  return manager.query(
    `SELECT sequence::float8 AS sequence, environment, flag, record FROM rollout_events
     WHERE environment = $1 AND flag = $2 AND sequence < $3 ORDER BY sequence DESC LIMIT $4`,
    [environment, flag, before ?? Number.MAX_SAFE_INTEGER, limit],
  );
}

/** The oldest first, of all rollouts. */
export async function readFeed(
  manager: EntityManager,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly StoredEvent[]> {
  return manager.query(
    `SELECT sequence::float8 AS sequence, environment, flag, record FROM rollout_events
     WHERE sequence > $1 ORDER BY sequence LIMIT $2`,
    [after, limit],
  );
}

export async function keepApproval(
  manager: EntityManager,
  { environment, flag }: RolloutName,
  { approval, atMs }: { readonly approval: RolloutApproval; readonly atMs: number },
): Promise<void> {
  await manager.query(
    'INSERT INTO rollout_approvals (id, environment, flag, approval, at) VALUES ($1, $2, $3, $4::json, $5)',
    [approval.id, environment, flag, JSON.stringify(approval), new Date(atMs)],
  );
}

const MOST_APPROVALS = 100;

export async function readApprovals(
  manager: EntityManager,
  { environment, flag }: RolloutName,
): Promise<readonly RolloutApproval[]> {
  const rows: { approval: RolloutApproval }[] = await manager.query(
    `SELECT approval FROM rollout_approvals WHERE environment = $1 AND flag = $2 ORDER BY at DESC LIMIT $3`,
    [environment, flag, MOST_APPROVALS],
  );
  return rows.map(({ approval }) => approval);
}

function storedOf({ changed_at: changedAt, ...row }: Row): StoredRollout {
  return { ...row, changedAtMs: new Date(changedAt).getTime() };
}
