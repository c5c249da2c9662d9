import type { Registry } from 'prom-client';
import type { CatalogAssembly, ReplicaBoard } from '../catalog/index.js';
import type { Proposals } from '../proposals/index.js';
import type { GuardWindows, UsageStore } from '../usage/index.js';
import { GuardEvidenceReader } from './guard-evidence.js';
import type { PrometheusClient } from './prometheus/prometheus-client.js';
import { PrometheusGuards } from './prometheus/prometheus-guards.js';
import { RolloutBook } from './rollout-book.js';
import { RolloutFeed } from './rollout-feed.js';
import { RolloutLooks } from './rollout-looks.js';
import { RolloutMetrics } from './rollout-metrics.js';
import { RolloutMover } from './rollout-mover.js';
import { RolloutObserver } from './rollout-observer.js';
import { RolloutWorker } from './rollout-worker.js';
import { Rollouts } from './rollouts.service.js';

export interface RolloutSurroundings {
  readonly catalog: Pick<
    CatalogAssembly,
    'transactions' | 'audit' | 'clock' | 'log' | 'leadership' | 'live' | 'positions' | 'ledger'
  >;
  readonly usage: Pick<UsageStore, 'instances' | 'flush'>;
  readonly windows: Pick<GuardWindows, 'of' | 'flush' | 'lastWindowAt'>;
  readonly replicas: Pick<ReplicaBoard, 'read'>;
  readonly proposals: Pick<Proposals, 'wantRollout' | 'wake'>;
  readonly registry: Registry;
  /** Absent: external guards have nobody to ask. */
  readonly prometheus?: Pick<PrometheusClient, 'query'> | undefined;
}

/** Rollouts, put together; nothing runs until `worker.start()`. */
export interface RolloutAssembly {
  readonly mover: RolloutMover;
  readonly observer: RolloutObserver;
  readonly looks: RolloutLooks;
  readonly worker: RolloutWorker;
  readonly rollouts: Rollouts;
  readonly feed: RolloutFeed;
}

export function createRollouts(around: RolloutSurroundings): RolloutAssembly {
  const { catalog, usage, windows, replicas, proposals } = around;
  const { transactions, clock, log, live, leadership, ledger, positions } = catalog;
  const book = new RolloutBook({
    ...{ transactions, audit: catalog.audit, positions, ledger, proposals },
    fence: (manager) => leadership.assertIn(manager),
  });
  const mover = new RolloutMover({ transactions, ledger, live, book, clock });
  const prometheus = new PrometheusGuards({ transactions, clock, client: around.prometheus });
  const evidence = new GuardEvidenceReader({ transactions, clock, windows, prometheus });
  const observer = new RolloutObserver({ live, usage, replicas, evidence, clock });
  const looks = new RolloutLooks({
    ...{ transactions, live, positions, mover, observer, log },
    metrics: new RolloutMetrics(around.registry),
    isLeader: () => leadership.isLeader(),
  });
  return {
    ...{ mover, observer, looks },
    worker: new RolloutWorker({ looks, clock }),
    rollouts: new Rollouts({ transactions, live, mover, observer }),
    feed: new RolloutFeed({ transactions, clock }),
  };
}
