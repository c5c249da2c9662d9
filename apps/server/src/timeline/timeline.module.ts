import { Module } from '@nestjs/common';
import { CATALOG_PARTS, type CatalogAssembly, CatalogModule } from '../catalog/index.js';
import { TimelineController } from './timeline.controller.js';
import { Timeline } from './timeline.js';

/** What changed just before. */
@Module({
  imports: [CatalogModule],
  controllers: [TimelineController],
  providers: [
    {
      provide: Timeline,
      inject: [CATALOG_PARTS],
      useFactory: (parts: CatalogAssembly) => new Timeline(parts),
    },
  ],
})
export class TimelineModule {}
