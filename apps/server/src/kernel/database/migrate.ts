import pg from 'pg';
import type { DataSource } from 'typeorm';

/** Any fixed number; two servers that start together agree by it on who migrates. */
const MIGRATION_LOCK = 4_242_001;

/** Runs what is missing. On PostgreSQL one process at a time does, the others wait for it and find nothing to do. */
export async function migrate(source: DataSource, databaseUrl: string | undefined): Promise<number> {
  if (databaseUrl === undefined) return runAll(source);
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'guidon-migrate',
    connectionTimeoutMillis: 3000,
    statement_timeout: 120_000,
  });
  // Without a listener, an error between two queries would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await runAll(source);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function runAll(source: DataSource): Promise<number> {
  return (await source.runMigrations({ transaction: 'each' })).length;
}
