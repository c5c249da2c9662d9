import type { EntityManager } from 'typeorm';

export interface OutboxEntry {
  readonly id: string;
  readonly kind: string;
  readonly atMs: number;
  /** The exact text that is signed and sent. */
  readonly body: string;
}

/** The oldest that waits for a target, and when it is due. */
export interface DueDelivery extends OutboxEntry {
  readonly target: string;
  readonly attempts: number;
  readonly nextAtMs: number;
}

export interface DeliveryState {
  readonly target: string;
  readonly notification: string;
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly nextAt: Date;
  readonly failure: string | null;
  readonly endedAt: Date | null;
}

/** Orders by the audit head, which the caller's transaction has locked already: what commits later has a higher position. */
export async function insertOutbox(
  manager: EntityManager,
  { id, kind, atMs, body }: OutboxEntry,
  targets: readonly string[],
): Promise<void> {
  await manager.query(
    `WITH head AS (SELECT sequence FROM audit_head FOR UPDATE),
       told AS (INSERT INTO outbox (id, position, kind, at, body)
         SELECT $1, sequence, $2, $3::timestamptz, $4 FROM head RETURNING id, position, at)
     INSERT INTO outbox_deliveries (target, notification, position, state, next_at)
       SELECT target, told.id, told.position, 'waiting', told.at FROM told, unnest($5::text[]) AS target`,
    [id, kind, new Date(atMs), body, targets],
  );
}

/** One for each target: its oldest, due or not, since order is kept. */
export async function readHeads(manager: EntityManager, targets: readonly string[]): Promise<DueDelivery[]> {
  const rows = await manager.query(
    `SELECT t.target, d.attempts, d.next_at, o.id, o.kind, o.at, o.body
     FROM unnest($1::text[]) AS t (target)
     CROSS JOIN LATERAL (SELECT notification, attempts, next_at FROM outbox_deliveries
       WHERE target = t.target AND state = 'waiting' ORDER BY position, notification LIMIT 1) d
     JOIN outbox o ON o.id = d.notification`,
    [targets],
  );
  return rows.map((row: { [name: string]: never } & { next_at: Date; at: Date }) => ({
    ...{ target: row.target, id: row.id, kind: row.kind, body: row.body, attempts: row.attempts },
    ...{ nextAtMs: row.next_at.getTime(), atMs: row.at.getTime() },
  }));
}

export async function writeDelivery(
  manager: EntityManager,
  { target, notification, state, attempts, nextAt, failure, endedAt }: DeliveryState,
): Promise<void> {
  await manager.query(
    `UPDATE outbox_deliveries SET state = $3, attempts = $4, next_at = $5, failure = $6, ended_at = $7
     WHERE target = $1 AND notification = $2 AND state = 'waiting'`,
    [target, notification, state, attempts, nextAt, failure, endedAt],
  );
}

/** Gives up on targets that nobody configures any more, and forgets what ended long ago. Gives how many died. */
export async function tidyOutbox(
  manager: EntityManager,
  {
    targets,
    nowMs,
    goneMs,
    keptMs,
  }: { targets: readonly string[] } & Record<'nowMs' | 'goneMs' | 'keptMs', number>,
): Promise<number> {
  const died: unknown[] = await manager.query(
    `WITH died AS (UPDATE outbox_deliveries SET state = 'dead', ended_at = $2,
         failure = 'its receiver is no longer configured'
       WHERE state = 'waiting' AND target <> ALL ($1::text[]) AND next_at < $3 RETURNING 1)
     SELECT 1 FROM died`,
    [targets, new Date(nowMs), new Date(nowMs - goneMs)],
  );
  await manager.query(
    `DELETE FROM outbox o WHERE o.at < $1
       AND NOT EXISTS (SELECT 1 FROM outbox_deliveries d WHERE d.notification = o.id AND d.state = 'waiting')`,
    [new Date(nowMs - keptMs)],
  );
  return died.length;
}
