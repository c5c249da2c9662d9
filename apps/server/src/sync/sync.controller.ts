import type { SyncDocument } from '@guidon/protocol';
import { syncRequestSchema } from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { AUDIT, type Audit } from '../audit/index.js';
import { actorOf, callerOf } from '../identity/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { validated } from '../kernel/problem/index.js';
import { SyncService } from './sync.service.js';

/** `GET /api/v1/sync` tells how the source and what is live relate; `POST` syncs now and answers when it is done. */
@Controller('/api/v1/sync')
export class SyncController {
  constructor(
    @Inject(SyncService) private readonly sync: SyncService,
    @Inject(TRANSACTIONS) private readonly transactions: Transactions,
    @Inject(AUDIT) private readonly audit: Audit,
  ) {}

  @Get()
  @Permit('sync.read')
  status(): Promise<SyncDocument> {
    return this.sync.status();
  }

  @Post()
  @HttpCode(200)
  @Permit('sync.run')
  async run(@Body() body: unknown, @Req() request: FastifyRequest): Promise<SyncDocument> {
    const { reason } = validated(syncRequestSchema, body);
    const actor = actorOf(callerOf(request));
    // Asking twice syncs twice, which changes nothing the second time; so no idempotency key is needed here.
    await this.transactions.run((manager) =>
      this.audit.append(manager, { action: 'sync.run', actor, reason, subject: {}, requestId: request.id }),
    );
    await this.sync.sync();
    return this.sync.status();
  }
}
