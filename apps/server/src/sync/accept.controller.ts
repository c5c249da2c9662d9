import type { RevisionDocument } from '@guidon/protocol';
import { acceptRequestSchema, commitSchema } from '@guidon/protocol/schemas';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { CatalogService, revisionDocument } from '../catalog/index.js';
import { askedBy, askerOf } from '../identity/index.js';
import { OnceOnly } from '../kernel/idempotency/index.js';
import { validated } from '../kernel/problem/index.js';
import { SyncService } from './sync.service.js';

/** `POST /api/v1/revisions/{sha}/accept`: a held revision is judged once more and goes on. Answers when it has. */
@Controller('/api/v1/revisions')
export class AcceptController {
  constructor(
    @Inject(CatalogService) private readonly catalog: CatalogService,
    @Inject(SyncService) private readonly sync: SyncService,
    @Inject(OnceOnly) private readonly once: OnceOnly,
  ) {}

  @Post('/:sha/accept')
  @HttpCode(200)
  @Permit('revision.accept')
  async accept(
    @Param('sha') sha: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<RevisionDocument> {
    const commit = validated(commitSchema, sha, { from: 'query' });
    const { reason } = validated(acceptRequestSchema, body);
    const asker = askerOf(request);
    const asked = askedBy(asker, `POST /api/v1/revisions/${sha}/accept`, { reason });
    return this.once.answer(asked, async (once) => {
      const record = await this.sync.accept({ ...asker, commit, reason, begin: once.begin });
      return revisionDocument(record, this.catalog.knownHeads());
    });
  }
}
