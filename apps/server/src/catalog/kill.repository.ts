import type { KillScope } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import { targetsDigest } from './kill-digest.js';
import type { KillRecord } from './merge-kills.js';

/** A press with everything that people want to know about it. */
export interface KillEntry extends KillRecord {
  readonly scope: KillScope;
  readonly reason: string;
  readonly actor: string;
  readonly pressedAtMs: number;
  /** The kill whose protected part this one goes on holding. */
  readonly continues?: string;
}

export interface Revival {
  readonly killId: string;
  readonly actor: string;
  readonly reason: string;
  readonly revivedAtMs: number;
}

export interface KnownKill extends KillEntry {
  readonly revival?: Revival;
}

export async function insertKill(manager: EntityManager, kill: KillEntry): Promise<void> {
  await manager.query(
    `INSERT INTO kills (id, scope, reason, actor, pressed_at, expires_at, targets_digest, continues)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      kill.id,
      JSON.stringify(kill.scope),
      kill.reason,
      kill.actor,
      new Date(kill.pressedAtMs),
      kill.expiresAtMs === undefined ? null : new Date(kill.expiresAtMs),
      targetsDigest(kill.targets),
      kill.continues ?? null,
    ],
  );
  for (const [environment, flags] of kill.targets)
    await manager.query(
      'INSERT INTO kill_targets (kill_id, environment, flags) VALUES ($1, $2, $3::text[])',
      [kill.id, environment, flags],
    );
}

/** False when somebody was quicker. */
export async function insertRevival(manager: EntityManager, revival: Revival): Promise<boolean> {
  const rows = await manager.query(
    `INSERT INTO kill_revivals (kill_id, actor, reason, revived_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (kill_id) DO NOTHING RETURNING kill_id`,
    [revival.killId, revival.actor, revival.reason, new Date(revival.revivedAtMs)],
  );
  return rows.length > 0;
}

/** Both sets only grow, so equal counts mean equal sets. */
export async function countKills(manager: EntityManager): Promise<{ kills: number; revived: number }> {
  const [row] = await manager.query(
    'SELECT (SELECT count(*) FROM kills)::int AS kills, (SELECT count(*) FROM kill_revivals)::int AS revived',
  );
  return row;
}

/** Everything that memory needs; of a revived kill only where it was. */
export async function readKillState(
  manager: EntityManager,
): Promise<{ kills: KillRecord[]; revived: string[] }> {
  const rows: KillRow[] = await manager.query(
    `SELECT k.id, k.expires_at, t.environment, v.kill_id IS NOT NULL AS revived,
       CASE WHEN v.kill_id IS NULL THEN t.flags ELSE '{}' END AS flags
     FROM kills k JOIN kill_targets t ON t.kill_id = k.id LEFT JOIN kill_revivals v ON v.kill_id = k.id`,
  );
  const kills = new Map<string, KillRecord & { targets: Map<string, readonly string[]> }>();
  for (const row of rows) {
    const known = kills.get(row.id) ?? { id: row.id, targets: new Map(), ...expiryOf(row.expires_at) };
    known.targets.set(row.environment, row.flags);
    kills.set(row.id, known);
  }
  return {
    kills: [...kills.values()],
    revived: [...new Set(rows.filter((row) => row.revived).map((row) => row.id))],
  };
}

interface KillRow {
  readonly id: string;
  readonly expires_at: Date | null;
  readonly environment: string;
  readonly flags: string[];
  readonly revived: boolean;
}

const MOST_LISTED = 500;

/** Newest first; standing ones before all, so that the bound never hides one that holds. */
export async function listKills(manager: EntityManager): Promise<KnownKill[]> {
  const rows = await manager.query(
    `${KNOWN_SQL} ORDER BY (v.kill_id IS NOT NULL), k.id DESC LIMIT ${MOST_LISTED}`,
  );
  return rows.map(knownOf);
}

export async function findKill(manager: EntityManager, id: string): Promise<KnownKill | undefined> {
  const rows = await manager.query(`${KNOWN_SQL} WHERE k.id = $1`, [id]);
  return rows.map(knownOf)[0];
}

/** Whether any standing kill holds a flag in an environment. */
export async function isKilledIn(
  manager: EntityManager,
  { environment, flag }: { readonly environment: string; readonly flag: string },
): Promise<boolean> {
  const rows = await manager.query(
    `SELECT 1 FROM kill_targets t LEFT JOIN kill_revivals v ON v.kill_id = t.kill_id
     WHERE t.environment = $1 AND $2 = ANY (t.flags) AND v.kill_id IS NULL LIMIT 1`,
    [environment, flag],
  );
  return rows.length > 0;
}

/** A standing kill with exactly these targets and this expiry. */
export async function findStandingTwin(
  manager: EntityManager,
  twin: Pick<KillRecord, 'targets' | 'expiresAtMs'>,
): Promise<KnownKill | undefined> {
  const rows = await manager.query(
    `${KNOWN_SQL} WHERE k.targets_digest = $1 AND v.kill_id IS NULL
     AND k.expires_at IS NOT DISTINCT FROM $2::timestamptz ORDER BY k.id LIMIT 1`,
    [targetsDigest(twin.targets), twin.expiresAtMs === undefined ? null : new Date(twin.expiresAtMs)],
  );
  return rows.map(knownOf)[0];
}

const KNOWN_SQL = `
  SELECT k.id, k.scope, k.reason, k.actor, k.pressed_at, k.expires_at, k.continues,
    (SELECT json_object_agg(t.environment, t.flags) FROM kill_targets t WHERE t.kill_id = k.id) AS targets,
    v.kill_id AS revived, v.actor AS revived_by, v.reason AS revive_reason, v.revived_at
  FROM kills k LEFT JOIN kill_revivals v ON v.kill_id = k.id`;

function knownOf(row: Record<string, unknown>): KnownKill {
  const killId = row.id as string;
  return {
    id: killId,
    scope: row.scope as KillScope,
    reason: row.reason as string,
    actor: row.actor as string,
    pressedAtMs: (row.pressed_at as Date).getTime(),
    targets: new Map(Object.entries((row.targets ?? {}) as Record<string, string[]>)),
    ...expiryOf(row.expires_at as Date | null),
    ...(row.continues === null ? {} : { continues: row.continues as string }),
    ...(row.revived === null
      ? {}
      : {
          revival: {
            killId,
            actor: row.revived_by as string,
            reason: row.revive_reason as string,
            revivedAtMs: (row.revived_at as Date).getTime(),
          },
        }),
  };
}

function expiryOf(at: Date | null): { expiresAtMs?: number } {
  return at === null ? {} : { expiresAtMs: at.getTime() };
}
