import { type BeforeApplicationShutdown, Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { CLOCK, type Clock } from '../clock/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { DATABASE, type Database } from '../database/index.js';
import { LOG, type Log } from '../log/index.js';
import { declaredGauge, METRICS } from '../metrics/index.js';
import { SERVER_NAME } from '../server-name/index.js';
import { DatabaseLease } from './database-lease.js';
import { LEADERSHIP, type Leadership, NOBODY_LEADS, SOLE_LEADER } from './leadership.js';
import { LeaseLeadership, type LeaseLeadershipParts } from './lease-leadership.js';

type Surroundings = Pick<LeaseLeadershipParts, 'clock' | 'log' | 'holder'>;

const SURROUNDINGS = Symbol('LeadershipSurroundings');

/** Decides which of several servers on one database leads. The lease goes back after every worker has stopped. */
@Module({
  providers: [
    {
      provide: SURROUNDINGS,
      inject: [CLOCK, LOG, SERVER_NAME],
      useFactory: (clock: Clock, log: Log, holder: string): Surroundings => ({ clock, log, holder }),
    },
    { provide: LEADERSHIP, inject: [DATABASE, CONFIG, SURROUNDINGS], useFactory: makeLeadership },
  ],
  exports: [LEADERSHIP],
})
export class LeadershipModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    @Inject(LEADERSHIP) private readonly leadership: Leadership,
    @Inject(METRICS) private readonly registry: Registry,
  ) {}

  onModuleInit(): void {
    const { leadership, registry } = this;
    declaredGauge(registry, 'guidon_leader', (it) => it.set(leadership.isLeader() ? 1 : 0));
    if (this.leadership instanceof LeaseLeadership) void this.leadership.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.leadership instanceof LeaseLeadership) await this.leadership.stop();
  }
}

function makeLeadership(database: Database, config: Config, around: Surroundings): Leadership {
  const candidate = config.role !== 'serve';
  // One process only can have the embedded database open, so there is nobody to agree with.
  if (database.kind === 'embedded') return candidate ? SOLE_LEADER : NOBODY_LEADS;
  const lease = new DatabaseLease(database.transactions, database.changeSignal);
  return new LeaseLeadership({ lease, candidate, ...around });
}
