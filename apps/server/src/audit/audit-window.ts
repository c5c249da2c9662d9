import type { EntityManager } from 'typeorm';

/** An entry with its place in the log. */
export interface WindowEntry {
  readonly sequence: number;
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly subject: { readonly [name: string]: unknown };
  readonly environments?: readonly string[];
  readonly commit?: string;
}

export interface AuditWindow {
  /** From this moment on. */
  readonly sinceMs: number;
  /** Entries before this place; of one moment those with a lower number. */
  readonly before: { readonly atMs: number; readonly sequence: number };
  readonly limit: number;
}

/** Placeholders: from, moment and number of the place, limit. It walks the index of times and reads no other row. */
export const WINDOW_SQL = `
  SELECT sequence::float8 AS sequence, at, body FROM audit_entries
  WHERE at >= $1 AND (at, sequence) < ($2, $3) ORDER BY at DESC, sequence DESC LIMIT $4`;

/** Entries of a stretch of time, the newest first. */
export async function readAuditWindow(
  manager: EntityManager,
  { sinceMs, before, limit }: AuditWindow,
): Promise<readonly WindowEntry[]> {
  const rows: { sequence: number; at: Date; body: string }[] = await manager.query(WINDOW_SQL, [
    ...[new Date(sinceMs), new Date(before.atMs), before.sequence, limit],
  ]);
  return rows.map(({ sequence, at, body }) => {
    const entry = JSON.parse(body) as Omit<WindowEntry, 'sequence' | 'atMs'>;
    return { ...entry, sequence, atMs: at.getTime() };
  });
}
