import { Module } from '@nestjs/common';
import { CatalogModule } from '../../catalog/index.js';
import { SyncModule } from '../../sync/index.js';
import { HealthModule } from '../health.module.js';
import { DriftController } from './drift.controller.js';
import { DriftReader } from './drift-reader.js';
import { DriftWorker } from './drift-worker.js';

/** Is what was merged what is served? */
@Module({
  imports: [CatalogModule, SyncModule, HealthModule],
  controllers: [DriftController],
  providers: [DriftReader, DriftWorker],
})
export class DriftModule {}
