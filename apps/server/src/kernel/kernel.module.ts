import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AgreedClock, CLOCK, type Clock } from './clock/index.js';
import { CONFIG, type Config } from './config/index.js';
import { TRANSACTIONS, type Transactions } from './database/index.js';
import { GIT_HOST, gitHostAccess } from './git-host/index.js';
import { Idempotency, OnceOnly } from './idempotency/index.js';
import { LOG, type Log } from './log/index.js';
import { createMetrics, METRICS } from './metrics/index.js';
import { ProblemEncoders, ProblemFilter } from './problem/index.js';
import { makeServerName, SERVER_NAME } from './server-name/index.js';

export interface KernelParts {
  readonly config: Config;
  /** The host's own; every feature is given one that agrees with those of other servers. */
  readonly clock: Clock;
  readonly log: Log;
  readonly encoders: ProblemEncoders;
  readonly problems: ProblemFilter;
}

/** What the boot made before Nest: given to every feature. */
@Global()
@Module({})
export class KernelModule {}

/** The kernel with its parts in place. */
export function kernelModule({ config, clock, log, encoders, problems }: KernelParts): DynamicModule {
  // A test may bring one of its own.
  const agreed = clock instanceof AgreedClock ? clock : new AgreedClock(clock);
  const providers = [
    { provide: CONFIG, useValue: config },
    { provide: CLOCK, useValue: agreed },
    { provide: AgreedClock, useValue: agreed },
    { provide: LOG, useValue: log },
    { provide: GIT_HOST, useFactory: () => gitHostAccess(config) },
    { provide: METRICS, useFactory: createMetrics },
    { provide: SERVER_NAME, useFactory: makeServerName },
    { provide: ProblemEncoders, useValue: encoders },
    { provide: ProblemFilter, useValue: problems },
    Idempotency,
    {
      provide: OnceOnly,
      inject: [TRANSACTIONS, Idempotency],
      useFactory: (transactions: Transactions, idempotency: Idempotency) =>
        new OnceOnly(transactions, idempotency),
    },
  ];
  return { module: KernelModule, providers, exports: providers };
}
