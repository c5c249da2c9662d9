import type { KeyKind } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { KnownKey } from './key-ring.js';

/** A row of `keys`: revoked ones too, since a revocation outweighs a key that lies in a file. */
export interface StoredKey extends KnownKey {
  readonly revoked: boolean;
}

interface Row {
  readonly id: string;
  readonly kind: KeyKind;
  readonly secret_hash: string;
  readonly owner: string;
  readonly environment: string | null;
  readonly revoked: boolean;
}

type Queries = Pick<EntityManager, 'query'>;

export async function fetchKeys(queries: Queries): Promise<StoredKey[]> {
  const rows: Row[] = await queries.query(
    'SELECT id, kind, secret_hash, owner, environment, revoked_at IS NOT NULL AS revoked FROM keys ORDER BY id',
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    secretHash: Buffer.from(row.secret_hash, 'hex'),
    owner: row.owner,
    breakGlass: false,
    revoked: row.revoked,
    ...(row.environment === null ? {} : { environment: row.environment }),
  }));
}

/** Adds a key unless it is there; says whether it was added. */
export async function insertKey(queries: Queries, key: KnownKey, createdAt: Date): Promise<boolean> {
  const rows: unknown[] = await queries.query(
    `INSERT INTO keys (id, kind, secret_hash, owner, environment, created_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO NOTHING RETURNING 1`,
    [key.id, key.kind, key.secretHash.toString('hex'), key.owner, key.environment ?? null, createdAt],
  );
  return rows.length > 0;
}
