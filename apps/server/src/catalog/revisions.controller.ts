import type { RevisionDocument, RollbackAnswer } from '@guidon/protocol';
import {
  commitSchema,
  pinRequestSchema,
  revisionDocumentSchema,
  revisionListSchema,
  rollbackAnswerSchema,
  unpinAnswerSchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ActPermits, Permit } from '../access/index.js';
import { askedBy, askerOf } from '../identity/index.js';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { Describe } from '../kernel/http/index.js';
import { type Once, OnceOnly } from '../kernel/idempotency/index.js';
import { validated } from '../kernel/problem/index.js';
import { findRevision, readFindings, readRevisions } from './catalog.repository.js';
import { CatalogService } from './catalog.service.js';
import type { Head } from './head.js';
import { readStoreAndHeads } from './head.repository.js';
import { Pins, revisionNotFound } from './pins.js';
import { revisionDocument } from './revision-document.js';
import { revisionStanding } from './revision-standing.js';

const MOST_LISTED = 100;

/** What was judged, and going back to it. Accepting belongs to sync, which judges. */
@Controller('/api/v1/revisions')
export class RevisionsController {
  constructor(
    @Inject(Pins) private readonly pins: Pins,
    @Inject(CatalogService) private readonly catalog: CatalogService,
    @Inject(TRANSACTIONS) private readonly transactions: Transactions,
    @Inject(OnceOnly) private readonly once: OnceOnly,
    @Inject(ActPermits) private readonly permits: ActPermits,
  ) {}

  @Get()
  @Permit('revision.read')
  @Describe({
    name: 'listRevisions',
    summary: 'The newest revisions that were judged.',
    answer: { RevisionList: revisionListSchema },
  })
  async list(): Promise<{ revisions: RevisionDocument[] }> {
    const records = await this.transactions.run((manager) => readRevisions(manager, MOST_LISTED));
    const heads = this.catalog.knownHeads();
    return { revisions: records.map((record) => revisionDocument(record, heads)) };
  }

  @Get('/:sha')
  @Permit('revision.read')
  @Describe({
    name: 'getRevision',
    summary: 'One revision, with its findings.',
    params: { sha: commitSchema },
    answer: { RevisionDocument: revisionDocumentSchema },
    tagged: true,
    errors: ['revision-not-found'],
  })
  async get(
    @Param('sha') sha: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RevisionDocument> {
    const commit = validated(commitSchema, sha, { from: 'query' });
    return this.transactions.run(async (manager) => {
      const record = await findRevision(manager, commit);
      if (record === undefined) throw revisionNotFound(commit);
      const findings = await readFindings(manager, record.id);
      const { heads } = await readStoreAndHeads(manager);
      reply.header('etag', revisionStanding(record, heads).tag);
      return { ...revisionDocument(record, heads), findings };
    });
  }

  @Post('/unpin')
  @HttpCode(200)
  @Permit('revision.rollback')
  @Describe({
    name: 'unpin',
    summary: 'Lets environments follow Git again.',
    body: { PinRequest: pinRequestSchema },
    answer: { UnpinAnswer: unpinAnswerSchema },
    idempotent: true,
    errors: ['approval-needed', 'environment-not-found'],
  })
  async unpin(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<{ environments: readonly string[] }> {
    const { environments, reason } = validated(pinRequestSchema, body);
    const asker = askerOf(request);
    const asked = askedBy(asker, 'POST /api/v1/revisions/unpin', { environments, reason });
    const places = this.permits.chosen(environments);
    const act = {
      action: 'revision.rollback',
      environments: places,
      // Agreed to is the end of this pin, and not of another one that somebody may set meanwhile.
      about: { unpin: true, pins: pinsOf(this.catalog.knownHeads(), places) },
      reason,
    } as const;
    const agree = this.permits.permit(request, act);
    const unpin = (once: Once<{ environments: readonly string[] }>) =>
      this.pins.unpin({
        ...{ ...asker, environments, reason },
        around: (manager, { heads, write }) =>
          once.in(manager, async () => {
            await agree(manager);
            await write();
            return { environments: heads.map(nameOf) };
          }),
      });
    return this.permits.orAsk(() =>
      this.once.answer(asked, async (once) => ({ environments: await unpin(once) })),
    );
  }

  @Post('/:sha/rollback')
  @HttpCode(200)
  @Permit('revision.rollback', { ifMatch: true })
  @Describe({
    name: 'rollBack',
    summary: 'Serves an earlier revision in environments, until they are unpinned.',
    params: { sha: commitSchema },
    body: { PinRequest: pinRequestSchema },
    answer: { RollbackAnswer: rollbackAnswerSchema },
    idempotent: true,
    errors: ['approval-needed', 'environment-not-found', 'revision-not-found', 'revision-not-served'],
  })
  async rollBack(
    @Param('sha') sha: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<RollbackAnswer> {
    const commit = validated(commitSchema, sha, { from: 'query' });
    const { environments, reason } = validated(pinRequestSchema, body);
    const asker = askerOf(request);
    const asked = askedBy(asker, `POST /api/v1/revisions/${sha}/rollback`, { environments, reason });
    const places = this.permits.chosen(environments);
    const act = { action: 'revision.rollback', environments: places, about: { commit }, reason } as const;
    const agree = this.permits.permit(request, act);
    const pin = async (once: Once<RollbackAnswer>) => {
      const { revision, heads } = await this.pins.pin({
        ...{ ...asker, commit, environments, reason },
        around: (manager, { commit: full, heads: pinned, write }) =>
          once.in(manager, async () => {
            await agree(manager);
            await write();
            return rollbackAnswer(full, pinned);
          }),
      });
      return rollbackAnswer(revision.commit, heads);
    };
    return this.permits.orAsk(() => this.once.answer(asked, pin));
  }
}

/** What is pinned where, by commit. */
function pinsOf(
  heads: readonly Head[],
  places: readonly string[],
): { readonly [environment: string]: string } {
  const pinned = heads.flatMap(({ environment, pin }) =>
    pin === undefined || !places.includes(environment) ? [] : [[environment, pin.revision] as const],
  );
  return Object.fromEntries(pinned);
}

function nameOf({ environment }: Head): string {
  return environment;
}

function rollbackAnswer(commit: string, heads: readonly Head[]): RollbackAnswer {
  return {
    commit,
    environments: heads.map(({ environment, generation, waiting }) => ({
      ...{ environment, generation },
      ...(waiting === undefined ? {} : { waiting: waiting.revision }),
    })),
    alreadyPinned: heads.length === 0,
  };
}
