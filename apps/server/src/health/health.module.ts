import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { ErrorsController } from './errors.controller.js';
import { HealthController } from './health.controller.js';
import { HealthFactsReader } from './health-facts.js';

@Module({
  imports: [CatalogModule],
  controllers: [HealthController, ErrorsController],
  providers: [HealthFactsReader],
  exports: [HealthFactsReader],
})
export class HealthModule {}
