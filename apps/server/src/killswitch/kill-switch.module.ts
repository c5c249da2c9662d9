import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { monotonicFactory } from 'ulid';
import { Approvals } from '../access/index.js';
import { CATALOG_PARTS, type CatalogAssembly, CatalogModule, ReachProbe } from '../catalog/index.js';
import { Idempotency } from '../kernel/idempotency/index.js';
import { ProposalFacts, Proposals, ProposalsModule } from '../proposals/index.js';
import { ExpiryWorker, type ExpiryWorkerParts } from './expiry-worker.js';
import { flagFacts } from './flag-facts.js';
import { killFacts } from './kill-facts.js';
import { KillSwitchController } from './kill-switch.controller.js';
import { KillSwitch, type KillSwitchParts } from './kill-switch.service.js';

const PARTS = Symbol('KillSwitchParts');

/** Serves `safe` at a press. */
@Module({
  imports: [CatalogModule, ProposalsModule],
  controllers: [KillSwitchController],
  providers: [
    {
      provide: PARTS,
      inject: [CATALOG_PARTS, ReachProbe, Idempotency, Proposals, Approvals],
      useFactory: (...given: [CatalogAssembly, ReachProbe, Idempotency, Proposals, Approvals]) => {
        const [catalog, reach, idempotency, proposals, approvals] = given;
        return { ...catalog, reach, idempotency, proposals, approvals, makeId: monotonicFactory() };
      },
    },
    { provide: KillSwitch, inject: [PARTS], useFactory: (parts: KillSwitchParts) => new KillSwitch(parts) },
    {
      provide: ExpiryWorker,
      inject: [PARTS],
      useFactory: (parts: ExpiryWorkerParts) => new ExpiryWorker(parts),
    },
  ],
})
export class KillSwitchModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    @Inject(ExpiryWorker) private readonly expiry: ExpiryWorker,
    @Inject(ProposalFacts) private readonly facts: ProposalFacts,
    @Inject(CATALOG_PARTS) private readonly catalog: CatalogAssembly,
  ) {}

  onModuleInit(): void {
    this.facts.offerKills(killFacts(this.catalog.ledger));
    this.facts.offerFlags(flagFacts(this.catalog.live));
    this.expiry.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.expiry.stop();
  }
}
