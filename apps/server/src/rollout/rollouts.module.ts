import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { monotonicFactory } from 'ulid';
import { ActPermits } from '../access/index.js';
import { CATALOG_PARTS, type CatalogAssembly, CatalogModule, ReplicaBoard } from '../catalog/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { OnceOnly } from '../kernel/idempotency/index.js';
import { METRICS } from '../kernel/metrics/index.js';
import { NOTIFICATIONS, type Notifications } from '../notifications/index.js';
import { ProposalFacts, Proposals, ProposalsModule } from '../proposals/index.js';
import { GuardWindows, UsageModule, UsageStore } from '../usage/index.js';
import { createRollouts, type RolloutAssembly } from './create-rollouts.js';
import { createPrometheus } from './prometheus/create-prometheus.js';
import { RolloutActsController } from './rollout-acts.controller.js';
import { RolloutActs } from './rollout-acts.js';
import { rolloutFacts } from './rollout-facts.js';
import { RolloutFeed } from './rollout-feed.js';
import { RolloutRequests } from './rollout-requests.js';
import { RolloutWorker } from './rollout-worker.js';
import { RolloutsController } from './rollouts.controller.js';
import { Rollouts } from './rollouts.service.js';

type Surroundings = [UsageStore, GuardWindows, ReplicaBoard, Proposals, Kernel];

interface Kernel {
  readonly notifications: Notifications;
  readonly config: Config;
  readonly registry: Registry;
}

const KERNEL = Symbol('RolloutKernel');

const ASSEMBLY = Symbol('RolloutAssembly');

/** How many users get what a flag leads to. */
@Module({
  imports: [CatalogModule, UsageModule, ProposalsModule],
  controllers: [RolloutsController, RolloutActsController],
  exports: [Rollouts],
  providers: [
    {
      provide: KERNEL,
      inject: [CONFIG, METRICS, NOTIFICATIONS],
      useFactory: (config: Config, registry: Registry, notifications: Notifications): Kernel => ({
        ...{ config, registry, notifications },
      }),
    },
    {
      provide: ASSEMBLY,
      inject: [CATALOG_PARTS, UsageStore, GuardWindows, ReplicaBoard, Proposals, KERNEL],
      useFactory: (
        catalog: CatalogAssembly,
        ...[usage, windows, replicas, proposals, kernel]: Surroundings
      ) => {
        const { config, ...around } = kernel;
        const prometheus = createPrometheus(config, catalog.clock);
        return createRollouts({ catalog, usage, windows, replicas, proposals, prometheus, ...around });
      },
    },
    { provide: RolloutWorker, inject: [ASSEMBLY], useFactory: ({ worker }: RolloutAssembly) => worker },
    { provide: Rollouts, inject: [ASSEMBLY], useFactory: ({ rollouts }: RolloutAssembly) => rollouts },
    { provide: RolloutFeed, inject: [ASSEMBLY], useFactory: ({ feed }: RolloutAssembly) => feed },
    {
      provide: RolloutRequests,
      inject: [ASSEMBLY, CATALOG_PARTS, ActPermits, OnceOnly],
      useFactory: (
        { rollouts, observer }: RolloutAssembly,
        { live, clock }: CatalogAssembly,
        ...[permits, once]: [ActPermits, OnceOnly]
      ) => {
        const makeUlid = monotonicFactory();
        const acts = new RolloutActs({ observer, live, makeId: () => makeUlid(clock.nowMs()) });
        return new RolloutRequests({ rollouts, acts, permits, once });
      },
    },
  ],
})
export class RolloutsModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    @Inject(ASSEMBLY) private readonly rollouts: RolloutAssembly,
    @Inject(ProposalFacts) private readonly facts: ProposalFacts,
  ) {}

  onModuleInit(): void {
    this.facts.offerRollouts(rolloutFacts());
    this.rollouts.worker.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.rollouts.feed.stop();
    await this.rollouts.worker.stop();
  }
}
