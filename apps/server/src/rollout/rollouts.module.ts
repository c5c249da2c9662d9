import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CATALOG_PARTS, type CatalogAssembly, CatalogModule, ReplicaBoard } from '../catalog/index.js';
import { ProposalFacts, Proposals, ProposalsModule } from '../proposals/index.js';
import { GuardWindows, UsageModule, UsageStore } from '../usage/index.js';
import { createRollouts, type RolloutAssembly } from './create-rollouts.js';
import { rolloutFacts } from './rollout-facts.js';

const ASSEMBLY = Symbol('RolloutAssembly');

/** How many users get what a flag leads to. */
@Module({
  imports: [CatalogModule, UsageModule, ProposalsModule],
  providers: [
    {
      provide: ASSEMBLY,
      inject: [CATALOG_PARTS, UsageStore, GuardWindows, ReplicaBoard, Proposals],
      useFactory: (
        catalog: CatalogAssembly,
        ...[usage, windows, replicas, proposals]: [UsageStore, GuardWindows, ReplicaBoard, Proposals]
      ) => createRollouts({ catalog, usage, windows, replicas, proposals }),
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

  onModuleDestroy(): Promise<void> {
    return this.rollouts.worker.stop();
  }
}
