import type { SyncDocument } from '@guidon/protocol';
import { syncDocumentSchema, syncRequestSchema } from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { AUDIT, type Audit } from '../audit/index.js';
import { askedBy, askerOf } from '../identity/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { Describe } from '../kernel/http/index.js';
import { OnceOnly } from '../kernel/idempotency/index.js';
import { validated } from '../kernel/problem/index.js';
import { SyncService } from './sync.service.js';

/** `GET /api/v1/sync` tells how the source and what is live relate; `POST` syncs now and answers when it is done. */
@Controller('/api/v1/sync')
export class SyncController {
  constructor(
    @Inject(SyncService) private readonly sync: SyncService,
    @Inject(TRANSACTIONS) private readonly transactions: Transactions,
    @Inject(AUDIT) private readonly audit: Audit,
    @Inject(OnceOnly) private readonly once: OnceOnly,
  ) {}

  @Get()
  @Permit('sync.read')
  @Describe({
    name: 'getSync',
    summary: 'How the Git source and what is served relate.',
    answer: { SyncDocument: syncDocumentSchema },
  })
  status(): Promise<SyncDocument> {
    return this.sync.status();
  }

  @Post()
  @HttpCode(200)
  @Permit('sync.run')
  @Describe({
    name: 'runSync',
    summary: 'Looks at the Git source now, and answers when that is done.',
    body: { SyncRequest: syncRequestSchema },
    answer: { SyncDocument: syncDocumentSchema },
    idempotent: true,
    errors: ['git-unreachable', 'leader-unavailable'],
  })
  async run(@Body() body: unknown, @Req() request: FastifyRequest): Promise<SyncDocument> {
    const { reason } = validated(syncRequestSchema, body);
    const asker = askerOf(request);
    const { actor, requestId } = asker;
    return this.once.answer(askedBy(asker, 'POST /api/v1/sync', { reason }), async (once) => {
      const told = { subject: {}, before: null, after: null };
      const event = { action: 'sync.run', actor, reason, requestId, ...told } as const;
      await this.transactions.run((manager) => once.begin(manager, () => this.audit.append(manager, event)));
      await this.sync.sync();
      return this.sync.status();
    });
  }
}
