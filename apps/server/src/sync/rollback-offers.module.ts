import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { CatalogModule, Pins } from '../catalog/index.js';
import { ProposalFacts, Proposals, ProposalsModule } from '../proposals/index.js';

/** A rollback wants a proposal, and a proposal asks what is pinned: both sides are of one rank and meet here. */
@Module({ imports: [CatalogModule, ProposalsModule] })
export class RollbackOffersModule implements OnModuleInit {
  constructor(
    @Inject(Pins) private readonly pins: Pins,
    @Inject(Proposals) private readonly proposals: Proposals,
    @Inject(ProposalFacts) private readonly facts: ProposalFacts,
  ) {}

  onModuleInit(): void {
    this.pins.offer(this.proposals);
    this.facts.offerPins(this.pins);
  }
}
