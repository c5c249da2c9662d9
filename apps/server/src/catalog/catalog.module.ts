import { Module } from '@nestjs/common';
import { AUDIT, type Audit, AuditModule } from '../audit/index.js';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import {
  CHANGE_SIGNAL,
  type ChangeSignal,
  DATABASE,
  type Database,
  storeClock,
} from '../kernel/database/index.js';
import { LEADERSHIP, type Leadership, LeadershipModule } from '../kernel/leadership/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { SERVER_NAME } from '../kernel/server-name/index.js';
import { Acceptances } from './acceptances.js';
import { CatalogService } from './catalog.service.js';
import { CatalogPositions } from './catalog-positions.js';
import { CatalogWaves } from './catalog-waves.js';
import { CatalogWorker } from './catalog-worker.js';
import { CommitLookup } from './commit-changes.js';
import { CATALOG_PARTS, type CatalogAssembly, createCatalog } from './create-catalog.js';
import { ExplainController } from './explain.controller.js';
import { FlagsController } from './flags.controller.js';
import { KillLedger } from './kill-ledger.js';
import { LIVE_CATALOG } from './live.js';
import { Pins } from './pins.js';
import { ReachProbe } from './reach.js';
import { ReplicaBoard } from './replica-board.js';
import { RevisionsController } from './revisions.controller.js';
import { hasCandidate } from './wave-membership.js';

const PARTS = [
  {
    provide: CATALOG_PARTS,
    inject: [DATABASE, CHANGE_SIGNAL, AUDIT, CLOCK, LOG, LEADERSHIP],
    useFactory: (
      database: Database,
      signal: ChangeSignal,
      audit: Audit,
      ...[clock, log, leadership]: [Clock, Log, Leadership]
    ) =>
      createCatalog({
        ...{ transactions: database.transactions, signal, audit, clock, log, leadership },
        storeNowMs: storeClock(database, clock),
        isInWave: hasCandidate,
      }),
  },
  part(LIVE_CATALOG, ({ live }) => live),
  part(CatalogService, ({ catalog }) => catalog),
  part(KillLedger, ({ ledger }) => ledger),
  part(CommitLookup, ({ commits }) => commits),
  part(CatalogPositions, ({ positions }) => positions),
  part(CatalogWaves, ({ waves }) => waves),
  part(Pins, ({ pins }) => pins),
  part(Acceptances, ({ acceptances }) => acceptances),
  ReachProbe,
  {
    provide: ReplicaBoard,
    inject: [CATALOG_PARTS, CONFIG, SERVER_NAME, ReachProbe],
    useFactory: (
      { transactions, live, clock }: CatalogAssembly,
      { role }: Config,
      ...[id, reach]: [string, ReachProbe]
    ) => new ReplicaBoard({ transactions, live, reach, clock, id, role }),
  },
];

/** What is live. */
@Module({
  imports: [AuditModule, LeadershipModule],
  controllers: [ExplainController, FlagsController, RevisionsController],
  providers: [...PARTS, CatalogWorker],
  exports: PARTS,
})
export class CatalogModule {}

function part(
  provide: symbol | (abstract new (...args: never[]) => unknown),
  pick: (parts: CatalogAssembly) => unknown,
) {
  return { provide, inject: [CATALOG_PARTS], useFactory: pick };
}
