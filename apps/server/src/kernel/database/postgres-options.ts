import type { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { Log } from '../log/index.js';
import { isDatabaseAway } from './database-errors.js';

/** Connections of the ordinary pool, per process. One more is reserved for kills and one listens. */
const POOL_SIZE = 10;

const TIME_OUTS_MS = {
  connect: 3000,
  embeddedConnect: 5000,
  statement: 15_000,
  idleInTransaction: 15_000,
  lock: 10_000,
} as const;

export interface SourceOptions {
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly migrations: NonNullable<DataSourceOptions['migrations']>;
  readonly log: Log;
}

export function postgresOptions(
  databaseUrl: string,
  pool: 'main' | 'reserved',
  options: SourceOptions,
): DataSourceOptions {
  return {
    ...sameForBoth(options),
    url: databaseUrl,
    extra: {
      max: pool === 'main' ? POOL_SIZE : 1,
      keepAlive: true,
      application_name: `guidon-${pool}`,
      // The reserved connection stays open, so that a press never waits for a handshake.
      idleTimeoutMillis: pool === 'main' ? 30_000 : 0,
      connectionTimeoutMillis: TIME_OUTS_MS.connect,
      statement_timeout: TIME_OUTS_MS.statement,
      lock_timeout: TIME_OUTS_MS.lock,
      idle_in_transaction_session_timeout: TIME_OUTS_MS.idleInTransaction,
      // The client's own time-out, for a server that does not answer at all.
      query_timeout: TIME_OUTS_MS.statement + 2000,
    },
  };
}

/**
 * PGlite through its own node-postgres bridge and a real pool of one. The connection time-out turns a query that waits
 * inside another's transaction for ever into an error.
 */
export function embeddedOptions(pglite: PGlite, options: SourceOptions): DataSourceOptions {
  return {
    ...sameForBoth(options),
    extra: {
      ...createPgConfig(pglite),
      max: 1,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: TIME_OUTS_MS.embeddedConnect,
    },
  };
}

function sameForBoth({ entities, migrations, log }: SourceOptions) {
  return {
    type: 'postgres',
    driver: pg,
    entities,
    migrations,
    migrationsTableName: 'migrations',
    synchronize: false,
    installExtensions: false,
    logging: false,
    // With the database away all of them break; that it is away is told elsewhere, and once.
    poolErrorHandler: (error: unknown) =>
      log[isDatabaseAway(error) ? 'debug' : 'warn']({ err: error }, 'an idle database connection broke'),
  } as const satisfies DataSourceOptions;
}
