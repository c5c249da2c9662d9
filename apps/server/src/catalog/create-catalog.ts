import type { Audit } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { ChangeSignal, Transactions } from '../kernel/database/index.js';
import type { Leadership } from '../kernel/leadership/index.js';
import type { Log } from '../kernel/log/index.js';
import { CatalogService } from './catalog.service.js';
import { CatalogWatcher } from './catalog-watcher.js';
import { CommitLookup } from './commit-changes.js';
import { readChangedPaths } from './file.repository.js';
import { KillLedger } from './kill-ledger.js';
import { LiveState } from './live-state.js';
import type { LoadRunner } from './loading/load-messages.js';
import { createLoadRunner } from './loading/thread-load-runner.js';
import { Publisher } from './publisher.js';
import { Restorer } from './restorer.js';
import { RevisionLoader } from './revision-loader.js';

export interface CatalogSurroundings {
  readonly transactions: Transactions;
  readonly signal: ChangeSignal;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly leadership: Leadership;
  /** The loading thread unless given. */
  readonly runner?: LoadRunner;
}

/** The catalog's parts, put together, with what they were made from: features above it need the same. */
export interface CatalogAssembly extends Omit<CatalogSurroundings, 'runner'> {
  readonly live: LiveState;
  readonly catalog: CatalogService;
  readonly ledger: KillLedger;
  readonly commits: CommitLookup;
  readonly watcher: CatalogWatcher;
  readonly runner: LoadRunner;
}

/** Injection token. */
export const CATALOG_PARTS = Symbol('CatalogParts');

/** Nothing runs yet: `watcher.start()` begins. */
export function createCatalog(around: CatalogSurroundings): CatalogAssembly {
  const { transactions, signal, audit, clock, log, leadership } = around;
  const live = new LiveState(log);
  const runner = around.runner ?? createLoadRunner({ clock, log });
  const loader = new RevisionLoader(runner, live);
  const catalog = new CatalogService({
    transactions,
    clock,
    log,
    live,
    loader,
    restorer: new Restorer({ transactions, clock, log, live, loader }),
    publisher: new Publisher({ transactions, audit, signal, clock, leadership }),
  });
  const ledger = new KillLedger({ transactions, signal, live });
  const commits = new CommitLookup({
    changedPaths: (commit) => transactions.run((manager) => readChangedPaths(manager, commit)),
  });
  const watcher = new CatalogWatcher({ catalog, ledger, signal, clock, log });
  return { ...around, live, catalog, ledger, commits, watcher, runner };
}
