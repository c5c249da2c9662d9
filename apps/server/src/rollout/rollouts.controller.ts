import type {
  RolloutAct,
  RolloutActDocument,
  RolloutDocument,
  RolloutFeedDocument,
  RolloutsDocument,
} from '@guidon/protocol';
import {
  rolloutActSchema,
  rolloutApproveSchema,
  rolloutFeedSchema,
  rolloutPageSchema,
  rolloutResumeSchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { validated } from '../kernel/problem/index.js';
import type { AskedAct } from './rollout-acts.js';
import { RolloutFeed } from './rollout-feed.js';
import { RolloutRequests } from './rollout-requests.js';
import { Rollouts } from './rollouts.service.js';

const TIMELINE = { usual: 20, most: 200 } as const;

/** Rollouts: where they stand, what happened, and what people do to them. */
@Controller('/api/v1/rollouts')
export class RolloutsController {
  constructor(
    @Inject(Rollouts) private readonly rollouts: Rollouts,
    @Inject(RolloutFeed) private readonly feed: RolloutFeed,
    @Inject(RolloutRequests) private readonly requests: RolloutRequests,
  ) {}

  @Get()
  @Permit('rollout.read')
  async list(): Promise<RolloutsDocument> {
    return { rollouts: await this.rollouts.list() };
  }

  @Get('/events')
  @Permit('rollout.read')
  events(@Query() query: unknown): Promise<RolloutFeedDocument> {
    const { after, wait } = validated(rolloutFeedSchema, query, { from: 'query' });
    return this.feed.after(Number(after ?? 0), Number(wait ?? 0));
  }

  @Get('/:id')
  @Permit('rollout.read')
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

  @Post('/:id/pause')
  @HttpCode(200)
  @Permit('rollout.stop', { ifMatch: true })
  pause(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('pause', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/roll-back')
  @HttpCode(200)
  @Permit('rollout.stop', { ifMatch: true })
  rollBack(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('roll-back', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/cancel')
  @HttpCode(200)
  @Permit('rollout.stop', { ifMatch: true })
  cancel(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('cancel', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/resume')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  resume(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('resume', id, { asked: validated(rolloutResumeSchema, body), request });
  }

  @Post('/:id/advance')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  advance(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('advance', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/acknowledge')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  acknowledge(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('acknowledge', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/restart')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  restart(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('restart', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/approve')
  @HttpCode(200)
  @Permit('rollout.approve', { ifMatch: true })
  approve(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('approve', id, { asked: validated(rolloutApproveSchema, body), request });
  }

  private act(
    act: RolloutAct,
    id: string,
    { asked, request }: { readonly asked: AskedAct; readonly request: FastifyRequest },
  ): Promise<RolloutActDocument> {
    return this.requests.act({ act, id, asked, request });
  }
}
