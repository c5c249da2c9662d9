import { type ChainHead, type ChainLink, EMPTY_CHAIN } from '@guidon/policy/audit-chain';
import type { EntityManager } from 'typeorm';

export interface AuditRow {
  readonly sequence: string;
  readonly at: Date;
  readonly body: string;
  readonly previous_hash: string;
  readonly hash: string;
}

export const AUDIT_COLUMNS = 'sequence, at, body, previous_hash, hash';

type Queries = Pick<EntityManager, 'query'>;

/** Where the head row says that the log ends, and the highest number that any row has, as of one moment. */
export async function readEnd(queries: Queries): Promise<ChainHead & { readonly newest: number }> {
  const rows: { sequence: string | null; hash: string | null; newest: string | null }[] = await queries.query(
    `SELECT sequence, hash, (SELECT max(sequence) FROM audit_entries) AS newest
     FROM (SELECT 1) AS one LEFT JOIN audit_head ON true`,
  );
  const { sequence = null, hash = null, newest = null } = rows[0] ?? {};
  // Without its head row the log seems to end before it begins: whatever is in it then stands behind the end.
  const head = sequence === null || hash === null ? EMPTY_CHAIN : { sequence: Number(sequence), hash };
  return { ...head, newest: Number(newest ?? 0) };
}

/** Entries after `after` and up to `upTo`, oldest first, at most `limit`. */
export async function readLinks(
  queries: Queries,
  range: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<ChainLink[]> {
  const rows: AuditRow[] = await queries.query(
    `SELECT ${AUDIT_COLUMNS} FROM audit_entries WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3`,
    [range.after, range.upTo, range.limit],
  );
  return rows.map(toLink);
}

export function toLink(row: AuditRow): ChainLink {
  return {
    sequence: Number(row.sequence),
    body: row.body,
    previousHash: row.previous_hash,
    hash: row.hash,
    at: row.at.toISOString(),
  };
}
