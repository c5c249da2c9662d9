import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { AgreedClock } from '../clock/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { LOG, type Log } from '../log/index.js';
import { declaredGauge, METRICS } from '../metrics/index.js';
import { CHANGE_SIGNAL } from './change-signal.js';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.js';
import { TRANSACTIONS } from './transaction.js';

/** Injection token of the whole database: its kind and whether it answers. */
export const DATABASE = Symbol('Database');

/** Opens the database before anything that needs it and closes it after the HTTP server has ended. */
@Global()
@Module({})
export class DatabaseModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(AgreedClock) private readonly clock: AgreedClock,
    @Inject(METRICS) private readonly registry: Registry,
  ) {}

  static forEntities(entities: DatabaseOptions['entities']): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: DATABASE,
          inject: [CONFIG, AgreedClock, LOG],
          useFactory: (config: Config, clock: AgreedClock, log: Log) =>
            openDatabase({ config, entities, clock, log }),
        },
        part(DataSource, (database) => database.dataSource),
        part(TRANSACTIONS, (database) => database.transactions),
        part(CHANGE_SIGNAL, (database) => database.changeSignal),
      ],
      exports: [DATABASE, DataSource, TRANSACTIONS, CHANGE_SIGNAL],
    };
  }

  onModuleInit(): void {
    const { clock, registry, database } = this;
    declaredGauge(registry, 'guidon_clock_ahead_seconds', (it) => it.set(clock.hostAheadMs() / 1000));
    declaredGauge(registry, 'guidon_database_up', (it) => it.set(database.state.isUp() ? 1 : 0));
    declaredGauge(registry, 'guidon_database_silent_seconds', (it) =>
      it.set(database.state.silentSeconds() ?? 0),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

function part(token: symbol | typeof DataSource, pick: (database: Database) => unknown) {
  return { provide: token, inject: [DATABASE], useFactory: pick };
}
