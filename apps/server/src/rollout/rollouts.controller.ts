import type { RolloutDocument, RolloutFeedDocument, RolloutsDocument } from '@guidon/protocol';
import {
  rolloutDocumentSchema,
  rolloutFeedDocumentSchema,
  rolloutFeedSchema,
  rolloutPageSchema,
  rolloutsDocumentSchema,
} from '@guidon/protocol/schemas';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Permit } from '../access/index.js';
import { Describe } from '../kernel/http/index.js';
import { validated } from '../kernel/problem/index.js';
import { RolloutFeed } from './rollout-feed.js';
import { Rollouts } from './rollouts.service.js';

const TIMELINE = { usual: 20, most: 200 } as const;

/** Rollouts: where they stand, and what happened. */
@Controller('/api/v1/rollouts')
export class RolloutsController {
  constructor(
    @Inject(Rollouts) private readonly rollouts: Rollouts,
    @Inject(RolloutFeed) private readonly feed: RolloutFeed,
  ) {}

  @Get()
  @Permit('rollout.read')
  @Describe({
    name: 'listRollouts',
    summary: 'Every rollout, and where it stands.',
    answer: { RolloutsDocument: rolloutsDocumentSchema },
  })
  async list(): Promise<RolloutsDocument> {
    return { rollouts: await this.rollouts.list() };
  }

  @Get('/events')
  @Permit('rollout.read')
  @Describe({
    name: 'followRollouts',
    summary: 'What happened after an event; waits for it if asked to.',
    query: rolloutFeedSchema,
    answer: { RolloutFeedDocument: rolloutFeedDocumentSchema },
  })
  events(@Query() query: unknown): Promise<RolloutFeedDocument> {
    const { after, wait } = validated(rolloutFeedSchema, query, { from: 'query' });
    return this.feed.after(Number(after ?? 0), Number(wait ?? 0));
  }

  @Get('/:id')
  @Permit('rollout.read')
  @Describe({
    name: 'getRollout',
    summary: 'One rollout: its plan, its guards and what happened to it.',
    query: rolloutPageSchema,
    answer: { RolloutDocument: rolloutDocumentSchema },
    tagged: true,
    errors: ['rollout-not-found'],
  })
  async get(
    @Param('id') id: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RolloutDocument> {
    const { before, limit } = validated(rolloutPageSchema, query, { from: 'query' });
    const page = { limit: Math.min(Number(limit ?? TIMELINE.usual), TIMELINE.most) };
    const document = await this.rollouts.get(
      id,
      before === undefined ? page : { ...page, before: Number(before) },
    );
    reply.header('etag', `"${document.version}"`);
    return document;
  }
}
