import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CATALOG_PARTS, type CatalogAssembly, CatalogModule } from '../catalog/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { GIT_HOST, type GitHostAccess } from '../kernel/git-host/index.js';
import { fenced } from '../kernel/leadership/index.js';
import { CommitStatusWorker } from './commit-status-worker.js';

/** Tells the Git host how each commit was judged, where a host is configured. */
@Module({ imports: [CatalogModule] })
export class CommitStatusModule implements OnModuleInit, OnModuleDestroy {
  private readonly worker: CommitStatusWorker | undefined;

  constructor(
    @Inject(CATALOG_PARTS) catalog: CatalogAssembly,
    @Inject(GIT_HOST) host: GitHostAccess | undefined,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    if (host === undefined) return;
    const { leadership } = catalog;
    const transactions = fenced(catalog.transactions, leadership);
    const isLeader = () => leadership.isLeader();
    this.worker = new CommitStatusWorker({ ...catalog, transactions, host, isLeader });
  }

  onModuleInit(): void {
    if (this.config.role !== 'serve') this.worker?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker?.stop();
  }
}
