import { Module } from '@nestjs/common';
import { CatalogModule, CatalogService, KillLedger, ReplicaBoard } from '../../catalog/index.js';
import { CLOCK, type Clock } from '../../kernel/clock/index.js';
import { LEADERSHIP, type Leadership, LeadershipModule } from '../../kernel/leadership/index.js';
import { Rollouts, RolloutsModule } from '../../rollout/index.js';
import { SyncModule, SyncService } from '../../sync/index.js';
import { UsageModule, UsageStore } from '../../usage/index.js';
import { HealthModule } from '../health.module.js';
import { DriftController } from './drift.controller.js';
import { DriftReader } from './drift-reader.js';
import { DriftWorker } from './drift-worker.js';

type Sources = [
  CatalogService,
  KillLedger,
  ReplicaBoard,
  SyncService,
  UsageStore,
  Rollouts,
  Leadership,
  Clock,
];

/** Is what was merged what is served? */
@Module({
  imports: [CatalogModule, LeadershipModule, UsageModule, SyncModule, RolloutsModule, HealthModule],
  controllers: [DriftController],
  providers: [
    {
      provide: DriftReader,
      inject: [
        CatalogService,
        KillLedger,
        ReplicaBoard,
        SyncService,
        UsageStore,
        Rollouts,
        LEADERSHIP,
        CLOCK,
      ],
      useFactory: (...[catalog, ledger, board, sync, usage, rollouts, leadership, clock]: Sources) =>
        new DriftReader({ catalog, ledger, board, sync, usage, rollouts, leadership, clock }),
    },
    DriftWorker,
  ],
})
export class DriftModule {}
