import { startPostgres } from '@guidon/testkit';

/**
 * For servers in specs that are not about the embedded database: PostgreSQL where there is one, to be spread into the options of
 * `InProcessServer` and `BuiltServer`. The embedded one takes five times as long to start.
 */
export async function quickDatabase(): Promise<{ readonly databaseUrl?: string }> {
  const postgres = await startPostgres();
  return postgres === undefined ? {} : { databaseUrl: (await postgres.createDatabase()).url };
}

/** The same as variables, for specs that read the whole configuration themselves. */
export async function quickDatabaseVariables(): Promise<Record<string, string>> {
  const { databaseUrl } = await quickDatabase();
  if (databaseUrl === undefined) return {};
  return { DATABASE_URL: databaseUrl, GUIDON_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64') };
}
