import type { RevisionDocument } from '@guidon/protocol';
import { acceptRequestSchema, commitSchema } from '@guidon/protocol/schemas';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { Acceptances, CatalogService, revisionDocument } from '../catalog/index.js';
import { actorOf, callerOf } from '../identity/index.js';
import { DomainError, validated } from '../kernel/problem/index.js';
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
    if (record !== undefined && record.commit !== accepted.commit && accepted.state === 'held')
      throw new DomainError('revision-not-held', {
        detail: `${record.commit.slice(0, 12)} came after ${accepted.commit.slice(0, 12)} in the meantime and contains it; look at that one and accept it.`,
      });
    return revisionDocument(
      accepted.commit === record?.commit ? record : accepted,
      this.catalog.knownHeads(),
    );
  }
}
