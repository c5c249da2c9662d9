import type { RolloutAct, RolloutActDocument } from '@guidon/protocol';
import {
  rolloutActDocumentSchema,
  rolloutActSchema,
  rolloutApproveSchema,
  rolloutResumeSchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Permit } from '../access/index.js';
import { Describe } from '../kernel/http/index.js';
import { validated } from '../kernel/problem/index.js';
import type { AskedAct } from './rollout-acts.js';
import { RolloutRequests } from './rollout-requests.js';

/** What people do to rollouts. */
@Controller('/api/v1/rollouts')
export class RolloutActsController {
  constructor(@Inject(RolloutRequests) private readonly requests: RolloutRequests) {}

  @Post('/:id/pause')
  @HttpCode(200)
  @Permit('rollout.stop', { ifMatch: true })
  @Describe({
    name: 'pauseRollout',
    summary: 'Stops a rollout where it stands.',
    body: { RolloutActRequest: rolloutActSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['rollout-not-found', 'rollout-refused'],
  })
  pause(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('pause', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/roll-back')
  @HttpCode(200)
  @Permit('rollout.stop', { ifMatch: true })
  @Describe({
    name: 'rollBackRollout',
    summary: 'Takes everybody back to what was served before.',
    body: { RolloutActRequest: rolloutActSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['rollout-not-found', 'rollout-refused'],
  })
  rollBack(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('roll-back', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/cancel')
  @HttpCode(200)
  @Permit('rollout.stop', { ifMatch: true })
  @Describe({
    name: 'cancelRollout',
    summary: 'Ends a rollout that has not begun.',
    body: { RolloutActRequest: rolloutActSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['rollout-not-found', 'rollout-refused'],
  })
  cancel(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('cancel', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/resume')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  @Describe({
    name: 'resumeRollout',
    summary: 'Lets a paused rollout go on.',
    body: { RolloutResumeRequest: rolloutResumeSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['approval-needed', 'rollout-not-found', 'rollout-refused'],
  })
  resume(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('resume', id, { asked: validated(rolloutResumeSchema, body), request });
  }

  @Post('/:id/advance')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  @Describe({
    name: 'advanceRollout',
    summary: 'Cuts the hold of a stage short.',
    body: { RolloutActRequest: rolloutActSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['approval-needed', 'rollout-not-found', 'rollout-refused'],
  })
  advance(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('advance', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/acknowledge')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  @Describe({
    name: 'acknowledgeAlarm',
    summary: 'Takes the alarm of a guard away; evidence begins anew.',
    body: { RolloutActRequest: rolloutActSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['approval-needed', 'rollout-not-found', 'rollout-refused'],
  })
  acknowledge(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('acknowledge', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/restart')
  @HttpCode(200)
  @Permit('rollout.move', { ifMatch: true })
  @Describe({
    name: 'restartRollout',
    summary: 'Begins a rollout anew that has ended.',
    body: { RolloutActRequest: rolloutActSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['approval-needed', 'rollout-not-found', 'rollout-refused'],
  })
  restart(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.act('restart', id, { asked: validated(rolloutActSchema, body), request });
  }

  @Post('/:id/approve')
  @HttpCode(200)
  @Permit('rollout.approve', { ifMatch: true })
  @Describe({
    name: 'approveStage',
    summary: 'Agrees to the entry of the next stage.',
    body: { RolloutApproveRequest: rolloutApproveSchema },
    answer: { RolloutActDocument: rolloutActDocumentSchema },
    idempotent: true,
    errors: ['rollout-not-found', 'rollout-refused'],
  })
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
