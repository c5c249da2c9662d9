import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, type Clock } from '../clock/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { LOG, type Log } from '../log/index.js';
import { CHANGE_SIGNAL } from './change-signal.js';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.js';
import { TRANSACTIONS } from './transaction.js';

/** Injection token of the whole database: its kind and whether it answers. */
export const DATABASE = Symbol('Database');

/** Opens the database before anything that needs it and closes it after the HTTP server has ended. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  static forEntities(entities: DatabaseOptions['entities']): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: DATABASE,
          inject: [CONFIG, CLOCK, LOG],
          useFactory: (config: Config, clock: Clock, log: Log) =>
            openDatabase({ config, entities, clock, log }),
        },
        part(DataSource, (database) => database.dataSource),
        part(TRANSACTIONS, (database) => database.transactions),
        part(CHANGE_SIGNAL, (database) => database.changeSignal),
      ],
      exports: [DATABASE, DataSource, TRANSACTIONS, CHANGE_SIGNAL],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

function part(token: symbol | typeof DataSource, pick: (database: Database) => unknown) {
  return { provide: token, inject: [DATABASE], useFactory: pick };
}
