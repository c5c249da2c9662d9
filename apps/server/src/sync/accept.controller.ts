import type { RevisionDocument } from '@guidon/protocol';
import { acceptRequestSchema, commitSchema, revisionDocumentSchema } from '@guidon/protocol/schemas';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ActPermits, Permit, type UseAgreement } from '../access/index.js';
import { Acceptances, type AcceptOrder, CatalogService, revisionDocument } from '../catalog/index.js';
import { askedBy, askerOf } from '../identity/index.js';
import { Describe } from '../kernel/http/index.js';
import { type Once, OnceOnly } from '../kernel/idempotency/index.js';
import { validated } from '../kernel/problem/index.js';
import { demandOf } from './accept-permit.js';
import { SyncService } from './sync.service.js';

/** `POST /api/v1/revisions/{sha}/accept`: a held revision is judged once more and goes on. Answers when it has. */
@Controller('/api/v1/revisions')
export class AcceptController {
  constructor(
    @Inject(CatalogService) private readonly catalog: CatalogService,
    @Inject(SyncService) private readonly sync: SyncService,
    @Inject(OnceOnly) private readonly once: OnceOnly,
    @Inject(Acceptances) private readonly acceptances: Acceptances,
    @Inject(ActPermits) private readonly permits: ActPermits,
  ) {}

  @Post('/:sha/accept')
  @HttpCode(200)
  @Permit('revision.accept', { ifMatch: true })
  @Describe({
    name: 'acceptRevision',
    summary: 'Lets a held revision go on, after it is judged once more.',
    params: { sha: commitSchema },
    body: { AcceptRequest: acceptRequestSchema },
    answer: { RevisionDocument: revisionDocumentSchema },
    idempotent: true,
    errors: [
      'approval-needed',
      'git-unreachable',
      'leader-unavailable',
      'revision-not-found',
      'revision-not-held',
    ],
  })
  async accept(
    @Param('sha') sha: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<RevisionDocument> {
    const commit = validated(commitSchema, sha, { from: 'query' });
    const { reason } = validated(acceptRequestSchema, body);
    const asker = askerOf(request);
    const asked = askedBy(asker, `POST /api/v1/revisions/${sha}/accept`, { reason });
    const { agree, seen } = await this.permit(request, { commit, reason });
    const accept = async (once: Once<RevisionDocument>) => {
      const begin: AcceptOrder['begin'] = (manager, change) =>
        once.begin(manager, () => agree(manager).then(change));
      const record = await this.sync.accept({ ...asker, commit, reason, seen, begin });
      return revisionDocument(record, this.catalog.knownHeads());
    };
    return this.permits.orAsk(() => this.once.answer(asked, accept));
  }

  /** Who wrote a commit cannot be the one who has looked at it. */
  private async permit(
    request: FastifyRequest,
    { commit, reason }: { commit: string; reason: string },
  ): Promise<{ readonly agree: UseAgreement; readonly seen: readonly string[] }> {
    const record = await this.acceptances.find(commit);
    const around = { heads: this.catalog.knownHeads(), protectedOnes: this.permits.protectedOnes() };
    const { action, environments, about, authors, isAnybodys } = demandOf(record, around);
    const act = { action, environments: this.permits.chosen(environments), about, authors, reason };
    const second = isAnybodys || this.permits.isOneOf(request, authors);
    return { agree: this.permits.permit(request, act, { second }), seen: about.holds };
  }
}
