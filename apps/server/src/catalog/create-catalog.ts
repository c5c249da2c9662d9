import type { Audit } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { ChangeSignal, StoreClock, Transactions } from '../kernel/database/index.js';
import type { Leadership } from '../kernel/leadership/index.js';
import type { Log } from '../kernel/log/index.js';
import { Acceptances } from './acceptances.js';
import { CatalogService } from './catalog.service.js';
import { CatalogPositions } from './catalog-positions.js';
import { CatalogWatcher } from './catalog-watcher.js';
import { CatalogWaves } from './catalog-waves.js';
import { CommitLookup } from './commit-changes.js';
import { readChangedPaths } from './file.repository.js';
import { Freezes } from './freezes.js';
import { FrozenWaits } from './frozen-waits.js';
import { HeadMover } from './head-mover.js';
import { KillLedger } from './kill-ledger.js';
import { LiveState, type WaveMembership } from './live-state.js';
import type { LoadRunner } from './loading/load-messages.js';
import { createLoadRunner } from './loading/thread-load-runner.js';
import { NewestContent } from './newest-content.js';
import { Pins } from './pins.js';
import { Publisher } from './publisher.js';
import { Restorer } from './restorer.js';
import { RevisionLoader } from './revision-loader.js';
import { NO_WAVES, stagesOf } from './stages-of.js';

export interface CatalogSurroundings {
  readonly transactions: Transactions;
  readonly signal: ChangeSignal;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly leadership: Leadership;
  /** The database's clock; that of this process unless given. */
  readonly storeNowMs?: StoreClock;
  /** The loading thread unless given. */
  readonly runner?: LoadRunner;
  /** For loads beside it; more threads unless given. */
  readonly makeRunner?: () => LoadRunner;
  /** Nobody is in a wave unless given. */
  readonly isInWave?: WaveMembership;
}

/** The catalog's parts, put together, with what they were made from: features above it need the same. */
export interface CatalogAssembly
  extends Omit<CatalogSurroundings, 'runner' | 'makeRunner' | 'isInWave' | 'storeNowMs'> {
  readonly storeNowMs: StoreClock;
  readonly live: LiveState;
  readonly catalog: CatalogService;
  readonly ledger: KillLedger;
  readonly commits: CommitLookup;
  readonly watcher: CatalogWatcher;
  readonly runner: LoadRunner;
  readonly waves: CatalogWaves;
  readonly positions: CatalogPositions;
  readonly frozenWaits: FrozenWaits;
  readonly pins: Pins;
  readonly acceptances: Acceptances;
}

/** Injection token. */
export const CATALOG_PARTS = Symbol('CatalogParts');

/** Nothing runs yet: `watcher.start()` begins. */
export function createCatalog(around: CatalogSurroundings): CatalogAssembly {
  const { transactions, signal, audit, clock, log, leadership } = around;
  const live = new LiveState(log, around.isInWave);
  const newest = new NewestContent();
  const makeRunner = around.makeRunner ?? (() => createLoadRunner({ clock, log }));
  const runner = around.runner ?? makeRunner();
  const loader = new RevisionLoader(runner, newest);
  const restorer = new Restorer({ transactions, clock, log, newest, loader, makeRunner });
  const publisher = new Publisher({ transactions, audit, signal, clock, leadership });
  const stages = around.isInWave === undefined ? NO_WAVES : stagesOf;
  const storeNowMs = around.storeNowMs ?? (async () => clock.nowMs());
  const freezes = new Freezes({ transactions, live, newest, restorer, storeNowMs });
  const catalog = new CatalogService({
    ...{ transactions, clock, log, live, newest, loader, restorer, publisher, freezes },
    stagesOf: stages,
  });
  const ledger = new KillLedger({ transactions, signal, live });
  const commits = new CommitLookup({
    changedPaths: (commit) => transactions.run((manager) => readChangedPaths(manager, commit)),
  });
  const watcher = new CatalogWatcher({ catalog, ledger, signal, clock, log });
  const mover = new HeadMover({ transactions, audit, signal, clock });
  return {
    ...{
      transactions,
      signal,
      audit,
      clock,
      log,
      leadership,
      storeNowMs,
      live,
      catalog,
      ledger,
      commits,
      watcher,
      runner,
    },
    waves: new CatalogWaves({ catalog, live, mover, newest }),
    positions: new CatalogPositions({ catalog, mover }),
    frozenWaits: new FrozenWaits({ catalog, live, freezes, mover, leadership, stagesOf: stages }),
    pins: new Pins({ transactions, catalog, live, restorer, mover }),
    acceptances: new Acceptances({ transactions, audit, signal, clock, catalog, live, mover }),
  };
}
