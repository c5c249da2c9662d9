import type { RevisionDocument } from '@guidon/protocol';
import { acceptRequestSchema, commitSchema } from '@guidon/protocol/schemas';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { Acceptances, CatalogService, revisionDocument } from '../catalog/index.js';
import { actorOf, callerOf } from '../identity/index.js';
import { validated } from '../kernel/problem/index.js';
import { SyncService } from './sync.service.js';

/** `POST /api/v1/revisions/{sha}/accept`: a held revision is judged once more and goes on. Answers when it has. */
@Controller('/api/v1/revisions')
export class AcceptController {
  constructor(
    @Inject(Acceptances) private readonly acceptances: Acceptances,
    @Inject(CatalogService) private readonly catalog: CatalogService,
    @Inject(SyncService) private readonly sync: SyncService,
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
    const actor = actorOf(callerOf(request));
    const accepted = await this.acceptances.accept({ commit, reason, actor, requestId: request.id });
    await this.sync.sync();
    const { record } = this.catalog.newest();
    return revisionDocument(record ?? accepted, this.catalog.knownHeads());
  }
}
