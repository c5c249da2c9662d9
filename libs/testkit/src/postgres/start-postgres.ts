import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { atEndOfFile } from '../end-of-file.js';
import { reportMissing } from '../requirement.js';
import { findBinaries } from './find-binaries.js';
import { joinSharedServer } from './shared-server.js';

export interface TestDatabase {
  readonly name: string;
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** Ends other connections and removes the database; harmless the second time. */
  drop(): Promise<void>;
}

export interface TestPostgres {
  /** `TEST_DATABASE_URL`, the binaries of the registry package, or the system's. */
  readonly source: 'url' | 'package' | 'system';
  /** As the server tells it, e.g. `18.4`. */
  readonly version: string;
  /** A new empty database, dropped when the spec file ends. With a template, a copy of that database. */
  createDatabase(options?: { readonly template?: string }): Promise<TestDatabase>;
}

/**
 * A real PostgreSQL: `TEST_DATABASE_URL` (its user must be allowed to create databases), else a throw-away server that
 * all processes of a run use together. `undefined` after a loud skip; throws where `GUIDON_TEST_REQUIRE` names postgres.
 */
export async function startPostgres(): Promise<TestPostgres | undefined> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return connect(given, 'url');
  const binaries = findBinaries();
  if ('reasons' in binaries) {
    reportMissing('postgres', binaries.reasons.join(' '));
    return undefined;
  }
  return connect(await joinSharedServer(binaries), binaries.source);
}

async function connect(adminUrl: string, source: TestPostgres['source']): Promise<TestPostgres> {
  const [row] = await ask(adminUrl, 'show server_version');
  return {
    source,
    version: String(row?.server_version),
    async createDatabase(options = {}) {
      const name = `guidon_test_${process.pid}_${randomBytes(4).toString('hex')}`;
      const template =
        options.template === undefined ? '' : ` template ${pg.escapeIdentifier(options.template)}`;
      await ask(adminUrl, `create database ${pg.escapeIdentifier(name)}${template}`);
      const drop = async (): Promise<void> =>
        void (await ask(adminUrl, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`));
      atEndOfFile(drop);
      const url = new URL(adminUrl);
      url.pathname = `/${name}`;
      return { name, url: url.href, drop };
    },
  };
}

/** One statement on a connection of its own: the kit holds none open that could keep a process alive. */
async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
