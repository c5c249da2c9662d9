import type { KillDocument, PressAnswer, PressRequest, ReviveAnswer } from '@guidon/protocol';
import {
  killDocumentSchema,
  killListSchema,
  pressAnswerSchema,
  pressRequestSchema,
  reviveAnswerSchema,
  reviveRequestSchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, Permit } from '../access/index.js';
import { askerOf, callerOf } from '../identity/index.js';
import { Describe, tagOf } from '../kernel/http/index.js';
import { validated } from '../kernel/problem/index.js';
import type { Asker } from './asker.js';
import { KillSwitch } from './kill-switch.service.js';

/** The red button. */
@Controller('/api/v1/red-button')
export class KillSwitchController {
  constructor(
    @Inject(KillSwitch) private readonly killSwitch: KillSwitch,
    @Inject(Access) private readonly access: Access,
  ) {}

  @Post()
  @HttpCode(200)
  @Permit('kill.press', { unlimited: true })
  @Describe({
    name: 'pressRedButton',
    summary: 'Serves the safe variant of everything in the scope, at once.',
    body: { PressRequest: pressRequestSchema },
    answer: { PressAnswer: pressAnswerSchema },
    idempotent: true,
    errors: ['environment-not-found', 'flag-not-found', 'scope-empty', 'snapshot-unavailable'],
  })
  press(@Body() body: unknown, @Req() request: FastifyRequest): Promise<PressAnswer> {
    return this.killSwitch.press(validated(pressRequestSchema, body) as PressRequest, this.askerOf(request));
  }

  @Get()
  @Permit('kill.read')
  @Describe({
    name: 'listKills',
    summary: 'What is switched off, and what was.',
    answer: { KillList: killListSchema },
  })
  async list(): Promise<{ kills: KillDocument[] }> {
    return { kills: await this.killSwitch.list() };
  }

  @Get('/:id')
  @Permit('kill.read')
  @Describe({
    name: 'getKill',
    summary: 'One kill.',
    answer: { KillDocument: killDocumentSchema },
    tagged: true,
    errors: ['kill-not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<KillDocument> {
    const kill = await this.killSwitch.get(id);
    reply.header('etag', tagOf(kill));
    return kill;
  }

  @Post('/:id/revive')
  @HttpCode(200)
  @Permit('kill.revive', { unlimited: true, ifMatch: true })
  @Describe({
    name: 'reviveKill',
    summary: 'Ends a kill.',
    body: { ReviveRequest: reviveRequestSchema },
    answer: { ReviveAnswer: reviveAnswerSchema },
    idempotent: true,
    errors: ['approval-needed', 'kill-not-found'],
  })
  revive(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ReviveAnswer> {
    return this.killSwitch.revive(id, validated(reviveRequestSchema, body).reason, this.askerOf(request));
  }

  private askerOf(request: FastifyRequest): Asker {
    return { ...askerOf(request), subject: this.access.subjectOf(callerOf(request)) };
  }
}
