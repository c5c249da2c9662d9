import type { CatalogAssembly } from '../catalog/index.js';
import type { GitHostAccess } from '../kernel/git-host/index.js';
import type { GitSource } from './git-source.js';
import { screenRevision } from './screen-revision.js';
import { SecondLook } from './second-look.js';
import { type StreamsHeld, SyncService } from './sync.service.js';
import { DatabaseSyncBoard, type SyncBoard } from './sync-board.js';
import type { SyncMetrics } from './sync-metrics.js';
import { SyncRunner, type SyncRunnerParts } from './sync-runner.js';
import { SyncWorker } from './sync-worker.js';

export interface SyncSurroundings {
  readonly catalog: CatalogAssembly;
  readonly metrics: SyncMetrics;
  readonly openSource: () => Promise<GitSource>;
  /** Fit for answers. */
  readonly sourceName: string;
  /** The flags folder in the repository; for messages. */
  readonly folder: string;
  readonly pollMs: number;
  /** Text of the operator's list of allowed signers, where there is one. */
  readonly anchor?: () => Promise<string | undefined>;
  /** For reviews by pull request, where a host is configured. */
  readonly host?: GitHostAccess | undefined;
  readonly streamsHeld?: StreamsHeld | undefined;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Sync's parts, put together. */
export interface SyncAssembly {
  readonly board: SyncBoard;
  readonly runner: SyncRunner;
  readonly sync: SyncService;
  readonly worker: SyncWorker;
  readonly metrics: SyncMetrics;
}

/** Injection token. */
export const SYNC_PARTS = Symbol('SyncParts');

/** Nothing runs yet: `worker.start()` begins. */
export function createSync(around: SyncSurroundings): SyncAssembly {
  const { metrics, openSource, sourceName, folder, pollMs, random } = around;
  const {
    catalog,
    live,
    clock,
    log,
    leadership,
    transactions,
    signal,
    acceptances,
    storeNowMs,
    frozenWaits,
  } = around.catalog;
  const board = new DatabaseSyncBoard({ transactions, signal, leadership });
  const screening = {
    accepted: () => catalog.acceptedRules(),
    anchor: around.anchor ?? (async () => undefined),
    host: around.host,
    nowMs: () => clock.nowMs(),
  };
  const secondLook = new SecondLook({ clock, random, storeNowMs, hasHost: around.host !== undefined });
  const screen: SyncRunnerParts['screen'] = (reading, screened) =>
    screenRevision(screening, reading, screened);
  const runner = new SyncRunner({
    ...{
      catalog,
      board,
      clock,
      log,
      metrics,
      openSource,
      folder,
      screen,
      secondLook,
      storeNowMs,
      frozenWaits,
    },
  });
  const { streamsHeld } = around;
  const sync = new SyncService({
    ...{ catalog, live, clock, board, leadership, runner, acceptances, sourceName, streamsHeld },
  });
  const worker = new SyncWorker({ runner, board, leadership, clock, log, pollMs, random });
  return { board, runner, sync, worker, metrics };
}
