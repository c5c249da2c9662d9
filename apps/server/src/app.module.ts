import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/index.js';
import { AuditModule } from './audit/index.js';
import { CatalogModule } from './catalog/index.js';
import { DriftModule } from './health/drift/index.js';
import { HealthModule } from './health/index.js';
import { IdentityModule } from './identity/index.js';
import { DatabaseModule, type KernelParts, kernelModule, LeadershipModule } from './kernel/index.js';
import { KillSwitchModule } from './killswitch/index.js';
import { ProposalsModule } from './proposals/index.js';
import { RolloutsModule } from './rollout/index.js';
import { ServingModule } from './serving/index.js';
import { CommitStatusModule, SyncModule } from './sync/index.js';
import { UsageModule } from './usage/index.js';
import { WavesModule } from './waves/index.js';

@Module({})
export class AppModule {}

/** The table of contents: one line a feature. */
export function appModule(parts: KernelParts): DynamicModule {
  return {
    module: AppModule,
    imports: [
      kernelModule(parts),
      DatabaseModule.forEntities([]),
      LeadershipModule, // which server leads
      IdentityModule, // who is calling
      AuditModule, // what happened
      AccessModule, // may they
      CatalogModule, // what is live
      UsageModule, // counts in from SDKs
      WavesModule, // a few instances first
      ProposalsModule, // change to branch and pull request
      RolloutsModule, // a few users first
      SyncModule, // Git to snapshot
      CommitStatusModule, // verdicts back to the host
      KillSwitchModule, // the red button
      ServingModule, // flags out: OFREP, ruleset, stream
      HealthModule, // is it well
      DriftModule, // is what was merged what is served
    ],
  };
}
