import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { CATALOG_PARTS, type CatalogAssembly, CatalogModule, CommitLookup } from '../catalog/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { openGitSource } from './git-source.js';
import { SyncController } from './sync.controller.js';
import { SyncService } from './sync.service.js';
import { SyncWorker } from './sync-worker.js';

/** Git to snapshot. A server in the role `serve` only follows what others publish. */
@Module({
  imports: [AuditModule, CatalogModule],
  controllers: [SyncController],
  providers: [
    {
      provide: SyncService,
      inject: [CONFIG, CATALOG_PARTS],
      useFactory: (config: Config, { catalog, live, clock, log }: CatalogAssembly) =>
        new SyncService({
          catalog,
          live,
          clock,
          log,
          openSource: () => openGitSource(config),
          sourceName: withoutUser(config.git.url),
          folder: config.git.path,
        }),
    },
    {
      provide: SyncWorker,
      inject: [CONFIG, SyncService, CATALOG_PARTS],
      useFactory: (config: Config, sync: SyncService, { clock, log }: CatalogAssembly) =>
        new SyncWorker({ sync, clock, log, pollMs: config.pollSeconds * 1000, random: Math.random }),
    },
  ],
})
export class SyncModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    @Inject(SyncWorker) private readonly worker: SyncWorker,
    @Inject(SyncService) private readonly sync: SyncService,
    @Inject(CommitLookup) private readonly commits: CommitLookup,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.commits.offer(this.sync);
    // Not awaited: the server listens and serves what it has while the source is being read.
    if (this.config.role !== 'serve') void this.worker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }
}

function withoutUser(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1').replace(/^[^/@:]+@/, '');
}
