import { Module } from '@nestjs/common';
import { AUDIT, type Audit, AuditModule } from '../audit/index.js';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import {
  CHANGE_SIGNAL,
  type ChangeSignal,
  TRANSACTIONS,
  type Transactions,
} from '../kernel/database/index.js';
import { LEADERSHIP, type Leadership, LeadershipModule } from '../kernel/leadership/index.js';
import { LOG, type Log } from '../kernel/log/index.js';
import { CatalogService } from './catalog.service.js';
import { CatalogWorker } from './catalog-worker.js';
import { CommitLookup } from './commit-changes.js';
import { CATALOG_PARTS, type CatalogAssembly, createCatalog } from './create-catalog.js';
import { FlagsController } from './flags.controller.js';
import { KillLedger } from './kill-ledger.js';
import { LIVE_CATALOG } from './live.js';
import { ReachProbe } from './reach.js';

const PARTS = [
  {
    provide: CATALOG_PARTS,
    inject: [TRANSACTIONS, CHANGE_SIGNAL, AUDIT, CLOCK, LOG, LEADERSHIP],
    useFactory: (
      transactions: Transactions,
      signal: ChangeSignal,
      audit: Audit,
      ...[clock, log, leadership]: [Clock, Log, Leadership]
    ) => createCatalog({ transactions, signal, audit, clock, log, leadership }),
  },
  part(LIVE_CATALOG, ({ live }) => live),
  part(CatalogService, ({ catalog }) => catalog),
  part(KillLedger, ({ ledger }) => ledger),
  part(CommitLookup, ({ commits }) => commits),
  ReachProbe,
];

/** What is live. */
@Module({
  imports: [AuditModule, LeadershipModule],
  controllers: [FlagsController],
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
