import type { KeyKind, KeyRole } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { KnownKey } from './key-ring.js';

/** A row of `keys`: revoked ones too, since a revocation outweighs a key that lies in a file. */
export interface StoredKey extends KnownKey {
  readonly revoked: boolean;
  readonly expiresAtMs?: number;
}

/** A row with what only people look at. Instants are milliseconds since the epoch. */
export interface KeyRecord extends StoredKey {
  readonly createdAtMs: number;
  readonly revokedAtMs?: number;
  readonly lastUsedAtMs?: number;
  readonly replacedBy?: string;
}

interface Row {
  readonly id: string;
  readonly kind: KeyKind;
  readonly secret_hash: string;
  readonly owner: string;
  readonly environment: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
  readonly replaced_by: string | null;
  readonly role: KeyRole | null;
  readonly groups: readonly string[];
  readonly break_glass: boolean;
  readonly created_by: string | null;
  readonly origins: readonly string[];
  readonly makers: readonly string[];
}

type Queries = Pick<EntityManager, 'query'>;

const COLUMNS =
  'id, kind, secret_hash, owner, environment, created_at, expires_at, revoked_at, last_used_at, replaced_by, role, groups, break_glass, created_by, origins, makers';

/** Every key, oldest first among those made at different times. */
export async function fetchKeys(queries: Queries): Promise<KeyRecord[]> {
  const rows: Row[] = await queries.query(`SELECT ${COLUMNS} FROM keys ORDER BY created_at, id`);
  return rows.map(toRecord);
}

export async function findKey(queries: Queries, id: string): Promise<KeyRecord | undefined> {
  const rows: Row[] = await queries.query(`SELECT ${COLUMNS} FROM keys WHERE id = $1`, [id]);
  return rows[0] === undefined ? undefined : toRecord(rows[0]);
}

/** Locks the row, so that two who change one key come one after the other. */
export async function lockKey(queries: Queries, id: string): Promise<KeyRecord | undefined> {
  const rows: Row[] = await queries.query(`SELECT ${COLUMNS} FROM keys WHERE id = $1 FOR UPDATE`, [id]);
  return rows[0] === undefined ? undefined : toRecord(rows[0]);
}

/** Adds a key unless it is there; says whether it was added. */
export async function insertKey(
  queries: Queries,
  key: KnownKey & { readonly expiresAtMs?: number },
  createdAt: Date,
): Promise<boolean> {
  const expiresAt = key.expiresAtMs === undefined ? null : new Date(key.expiresAtMs);
  const rows: unknown[] = await queries.query(
    `INSERT INTO keys (id, kind, secret_hash, owner, environment, created_at, expires_at, role, groups, break_glass,
       created_by, origins, makers)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING RETURNING 1`,
    [
      ...[key.id, key.kind, key.secretHash.toString('hex'), key.owner, key.environment ?? null],
      ...[
        createdAt,
        expiresAt,
        key.role ?? null,
        JSON.stringify(key.groups ?? []),
        key.breakGlass,
        key.createdBy ?? null,
        JSON.stringify(key.origins ?? []),
        JSON.stringify(key.makers ?? []),
      ],
    ],
  );
  return rows.length > 0;
}

export async function endKey(
  queries: Queries,
  id: string,
  end: { readonly revokedAt: Date } | { readonly expiresAt: Date; readonly replacedBy: string },
): Promise<void> {
  if ('revokedAt' in end) {
    await queries.query('UPDATE keys SET revoked_at = $2 WHERE id = $1', [id, end.revokedAt]);
  } else {
    // An overlap never gives a key more time than it had.
    await queries.query(
      'UPDATE keys SET expires_at = LEAST(expires_at, $2::timestamptz), replaced_by = $3 WHERE id = $1',
      [id, end.expiresAt, end.replacedBy],
    );
  }
}

/** Of several servers the latest use counts. */
export async function writeUses(queries: Queries, ids: readonly string[], at: Date): Promise<void> {
  await queries.query(
    'UPDATE keys SET last_used_at = GREATEST(last_used_at, $2::timestamptz) WHERE id = ANY($1::text[])',
    [[...ids].sort(), at],
  );
}

function toRecord(row: Row): KeyRecord {
  return {
    id: row.id,
    kind: row.kind,
    secretHash: Buffer.from(row.secret_hash, 'hex'),
    owner: row.owner,
    breakGlass: row.break_glass,
    revoked: row.revoked_at !== null,
    createdAtMs: row.created_at.getTime(),
    ...(row.created_by === null ? {} : { createdBy: row.created_by }),
    ...(row.role === null ? {} : { role: row.role }),
    ...(row.makers.length === 0 ? {} : { makers: row.makers }),
    ...(row.groups.length === 0 ? {} : { groups: row.groups }),
    ...(row.origins.length === 0 ? {} : { origins: row.origins }),
    ...(row.environment === null ? {} : { environment: row.environment }),
    ...(row.expires_at === null ? {} : { expiresAtMs: row.expires_at.getTime() }),
    ...(row.revoked_at === null ? {} : { revokedAtMs: row.revoked_at.getTime() }),
    ...(row.last_used_at === null ? {} : { lastUsedAtMs: row.last_used_at.getTime() }),
    ...(row.replaced_by === null ? {} : { replacedBy: row.replaced_by }),
  };
}
