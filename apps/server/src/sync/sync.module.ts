import { readFile } from 'node:fs/promises';
import { parseSource } from '@guidon/git';
import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { AuditModule } from '../audit/index.js';
import {
  CATALOG_PARTS,
  type CatalogAssembly,
  CatalogModule,
  CommitLookup,
  ReplicaBoard,
} from '../catalog/index.js';
import { CONFIG, type Config } from '../kernel/config/index.js';
import { GIT_HOST, type GitHostAccess } from '../kernel/git-host/index.js';
import { METRICS } from '../kernel/metrics/index.js';
import { AcceptController } from './accept.controller.js';
import { createSync, SYNC_PARTS, type SyncAssembly } from './create-sync.js';
import { openGitSource } from './git-source.js';
import { RollbackOffersModule } from './rollback-offers.module.js';
import { SyncController } from './sync.controller.js';
import { SyncService } from './sync.service.js';
import { SyncMetrics } from './sync-metrics.js';
import { WebhookIntake } from './webhook-intake.js';
import { registerWebhook, type WebhookRouteParts } from './webhook-route.js';

const WEBHOOK_PARTS = Symbol('WebhookParts');

/** Git to snapshot. The server that leads fetches and publishes; all of them can be asked for it and tell the same. */
@Module({
  imports: [AuditModule, CatalogModule, RollbackOffersModule],
  controllers: [SyncController, AcceptController],
  exports: [SyncService],
  providers: [
    {
      provide: SYNC_PARTS,
      inject: [CONFIG, CATALOG_PARTS, METRICS, GIT_HOST, ReplicaBoard],
      useFactory: (
        config: Config,
        catalog: CatalogAssembly,
        registry: Registry,
        ...[host, replicas]: [GitHostAccess | undefined, ReplicaBoard]
      ) =>
        createSync({
          catalog,
          metrics: new SyncMetrics(registry),
          openSource: () => openGitSource(config),
          sourceName: displayOf(config.git.url),
          pollMs: config.pollSeconds * 1000,
          random: Math.random,
          folder: config.git.path,
          host,
          streamsHeld: () => replicas.streamsHeld(),
          anchor: () => readAnchor(config.allowedSigners),
        }),
    },
    { provide: SyncService, inject: [SYNC_PARTS], useFactory: ({ sync }: SyncAssembly) => sync },
    { provide: WEBHOOK_PARTS, inject: [CONFIG, CATALOG_PARTS, SYNC_PARTS], useFactory: webhookParts },
  ],
})
export class SyncModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    @Inject(SYNC_PARTS) private readonly parts: SyncAssembly,
    @Inject(CommitLookup) private readonly commits: CommitLookup,
    @Inject(WEBHOOK_PARTS) private readonly hooks: WebhookRouteParts,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const { sync, worker } = this.parts;
    this.commits.offer(sync);
    registerWebhook(this.host.httpAdapter.getInstance<FastifyInstance>(), this.hooks);
    // Not awaited: the server listens and serves what it has while the source is being read.
    void worker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.parts.worker.stop();
  }
}

function webhookParts(
  { git, webhookSecrets }: Config,
  { transactions, clock }: CatalogAssembly,
  { board, metrics }: SyncAssembly,
): WebhookRouteParts {
  const intake = new WebhookIntake({ transactions, board, metrics, branch: git.branch });
  return { intake, metrics, clock, secrets: webhookSecrets };
}

/** Every replica shows the same; a URL that Git will refuse is shown without its user. */
function displayOf(url: string): string {
  try {
    return parseSource(url).display;
  } catch {
    return url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1').replace(/^[^/@:]+@/, '');
  }
}

/** The file was checked at boot; one that cannot be read any more must not let everything through, so it is an error. */
async function readAnchor(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : readFile(path, 'utf8');
}
