import { MIGRATIONS } from '@guidon/migrations';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Clock } from '../clock/index.js';
import type { Config } from '../config/index.js';
import type { Log } from '../log/index.js';
import { agreeOnTime, tellSkew } from './agree-on-time.js';
import type { ChangeSignal } from './change-signal.js';
import { EmbeddedSignal, PostgresSignal } from './change-signals.js';
import { isDatabaseAway, isDatabaseMisconfigured } from './database-errors.js';
import { DatabaseState } from './database-state.js';
import { DatabaseTransactions } from './database-transactions.js';
import { openEmbedded } from './embedded-database.js';
import { migrate } from './migrate.js';
import { embeddedOptions, postgresOptions, type SourceOptions } from './postgres-options.js';
import { reportDatabase } from './report-database.js';
import type { Transactions } from './transaction.js';

export interface DatabaseOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir' | 'production'>;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly migrations?: NonNullable<DataSourceOptions['migrations']>;
  /** An `AgreedClock` is kept in agreement. */
  readonly clock: Clock;
  readonly log: Log;
}

/** An open database, or one that will be open when PostgreSQL comes back. */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For reads outside transactions. Not initialised while PostgreSQL has not been reached since the start. */
  readonly dataSource: DataSource;
  readonly transactions: Transactions;
  readonly changeSignal: ChangeSignal;
  readonly state: DatabaseState;
  close(): Promise<void>;
}

const RETRY_MS = 2000;
/** How often an idle server looks whether the database still answers, and what time it is there. */
const PING_MS = 2000;

export function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl } = options.config;
  return databaseUrl === undefined ? openInProcess(options) : openPostgres(options, databaseUrl);
}

async function openInProcess(options: DatabaseOptions): Promise<Database> {
  if (options.config.production)
    throw new Error('The embedded database is for trying and developing: set DATABASE_URL in production.');
  const embedded = await openEmbedded(options.config.dataDir);
  const signal = new EmbeddedSignal(options.log);
  const source = new DataSource(embeddedOptions(embedded.pglite, sourceOptions(options)));
  try {
    await signal.start(embedded.pglite);
    await source.initialize();
    await migrate(source, undefined);
  } catch (error) {
    await embedded.close();
    throw error;
  }
  const state = new DatabaseState(options.clock);
  state.answered();
  // One process, one connection: if it is open it answers, so it is asked only to keep the age at zero.
  const pulse = options.clock.every(PING_MS, () => state.answered());
  return {
    kind: 'embedded',
    dataSource: source,
    transactions: new DatabaseTransactions({ main: source, state }),
    changeSignal: signal,
    state,
    close: async () => {
      pulse.cancel();
      state.failed();
      await source.destroy();
      await embedded.close();
    },
  };
}

async function openPostgres(options: DatabaseOptions, databaseUrl: string): Promise<Database> {
  const { clock, log } = options;
  const main = new DataSource(postgresOptions(databaseUrl, 'main', sourceOptions(options)));
  const reserved = new DataSource(postgresOptions(databaseUrl, 'reserved', sourceOptions(options)));
  const state = new DatabaseState(clock, reportDatabase(log, databaseUrl));
  const signal = new PostgresSignal({ databaseUrl, clock, log });
  const connection = new PostgresConnection({ main, reserved, state, signal, databaseUrl, clock, log });
  await connection.open();
  return {
    kind: 'postgres',
    dataSource: main,
    transactions: new DatabaseTransactions({ main, reserved, state }),
    changeSignal: signal,
    state,
    close: () => connection.close(),
  };
}

interface ConnectionParts {
  readonly main: DataSource;
  readonly reserved: DataSource;
  readonly state: DatabaseState;
  readonly signal: PostgresSignal;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Connects, or keeps trying: a server that starts while PostgreSQL is away is alive, not ready, and mends itself. */
class PostgresConnection {
  private closed = false;
  private attempt: Promise<void> = Promise.resolve();
  private timer: { cancel(): void } | undefined;

  constructor(private readonly parts: ConnectionParts) {}

  async open(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      // A wrong password or a missing database is a mistake of the operator, and saying so at once is kinder.
      if (isDatabaseMisconfigured(error)) throw error;
      this.tellFailure(error);
      this.retryLater();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.parts.state.close();
    this.timer?.cancel();
    await this.attempt.catch(() => undefined);
    const { main, reserved, signal } = this.parts;
    await signal.close();
    for (const source of [main, reserved]) if (source.isInitialized) await source.destroy();
  }

  private async connect(): Promise<void> {
    const { main, reserved, state, signal, databaseUrl, clock, log } = this.parts;
    if (!main.isInitialized) await main.initialize();
    const ran = await migrate(main, databaseUrl);
    if (ran > 0) log.info({ migrations: ran }, 'the database was migrated');
    if (!reserved.isInitialized) await reserved.initialize();
    // Before anything is written or compared that has a time.
    await agreeOnTime(reserved, clock);
    tellSkew(clock, log);
    state.answered();
    await signal.start();
    this.timer = clock.every(PING_MS, () => void this.ping());
  }

  private retryLater(): void {
    if (this.closed) return;
    this.timer = this.parts.clock.after(RETRY_MS, () => {
      this.attempt = this.connect().catch((error) => {
        this.tellFailure(error);
        this.retryLater();
      });
    });
  }

  /** An outage is told by the state, once; whatever else keeps us from connecting is told each time. */
  private tellFailure(error: unknown): void {
    this.parts.state.failed(error);
    if (!isDatabaseAway(error))
      this.parts.log.warn({ err: error }, 'the database cannot be used; trying again');
  }

  private async ping(): Promise<void> {
    try {
      await agreeOnTime(this.parts.reserved, this.parts.clock);
      this.parts.state.answered();
    } catch (error) {
      this.parts.state.failed(error);
    }
  }
}

function sourceOptions({ entities, migrations, log }: DatabaseOptions): SourceOptions {
  return { entities, migrations: migrations ?? MIGRATIONS, log };
}
