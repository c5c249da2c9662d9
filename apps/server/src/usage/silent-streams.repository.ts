import type { EntityManager } from 'typeorm';

/** An SDK instance that holds a stream and reports nothing. */
export interface SilentStream {
  readonly instance: string;
  /** Since when it holds a stream without a gap. */
  readonly sinceMs: number;
}

/** A note counts for so long. Every server looks each five seconds, and a killed process must not count for much longer. */
export const NOTE_COUNTS_MS = 15_000;

/** Those of the names that reported after a time and have not said goodbye. */
export async function fetchHeard(
  manager: EntityManager,
  environment: string,
  { names, sinceMs }: { readonly names: readonly string[]; readonly sinceMs: number },
): Promise<readonly string[]> {
  const rows: { instance: string }[] = await manager.query(
    `SELECT instance FROM sdk_instances
     WHERE environment = $1 AND instance = ANY ($2::text[]) AND last_seen >= $3 AND NOT closed`,
    [environment, names, new Date(sinceMs)],
  );
  return rows.map(({ instance }) => instance);
}

/** One that moved from a server to another holds its stream since it came to the first. */
export async function storeSilent(
  manager: EntityManager,
  environment: string,
  { streams, nowMs }: { readonly streams: readonly SilentStream[]; readonly nowMs: number },
): Promise<void> {
  await manager.query(
    `INSERT INTO silent_streams AS known (environment, instance, since, noted_at)
     SELECT $1, instance, since, $4 FROM unnest($2::text[], $3::timestamptz[]) AS t (instance, since) ORDER BY instance
     ON CONFLICT (environment, instance) DO UPDATE SET
       since = CASE WHEN known.noted_at > $5 THEN least(known.since, excluded.since) ELSE excluded.since END,
       noted_at = greatest(known.noted_at, excluded.noted_at)`,
    [
      environment,
      streams.map(({ instance }) => instance),
      streams.map(({ sinceMs }) => new Date(sinceMs).toISOString()),
      new Date(nowMs),
      new Date(nowMs - NOTE_COUNTS_MS),
    ],
  );
}

export async function fetchSilent(
  manager: EntityManager,
  environment: string,
  nowMs: number,
): Promise<readonly SilentStream[]> {
  const rows: { instance: string; since: Date }[] = await manager.query(
    'SELECT instance, since FROM silent_streams WHERE environment = $1 AND noted_at > $2 ORDER BY instance',
    [environment, new Date(nowMs - NOTE_COUNTS_MS)],
  );
  return rows.map(({ instance, since }) => ({ instance, sinceMs: since.getTime() }));
}

export async function removeSilent(manager: EntityManager, beforeMs: number): Promise<void> {
  await manager.query('DELETE FROM silent_streams WHERE noted_at < $1', [new Date(beforeMs)]);
}
