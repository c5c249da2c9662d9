import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { CatalogModule, LIVE_CATALOG, type LiveCatalog } from '../catalog/index.js';
import { declaredGauge, METRICS } from '../kernel/metrics/index.js';
import { FlagEvaluations, UsageModule } from '../usage/index.js';
import { knownFlags } from './known-flags.js';

/** Metrics that are told from what is live in memory, so also with Git and the database away. */
@Module({ imports: [CatalogModule, UsageModule] })
export class LiveMetricsModule implements OnModuleInit {
  constructor(
    @Inject(LIVE_CATALOG) private readonly live: LiveCatalog,
    @Inject(FlagEvaluations) private readonly flags: FlagEvaluations,
    @Inject(METRICS) private readonly registry: Registry,
  ) {}

  onModuleInit(): void {
    const { live, registry } = this;
    this.flags.know(knownFlags(live));
    declaredGauge(registry, 'guidon_killed_flags', (it) => {
      for (const environment of live.environments())
        it.set({ environment }, live.current(environment)?.killed.size ?? 0);
    });
  }
}
