import type { KillDocument, PressAnswer, PressRequest, ReviveAnswer } from '@guidon/protocol';
import { pressRequestSchema, reviveRequestSchema } from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access, Permit } from '../access/index.js';
import { askerOf, callerOf } from '../identity/index.js';
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
  @Permit('kill.press')
  press(@Body() body: unknown, @Req() request: FastifyRequest): Promise<PressAnswer> {
    return this.killSwitch.press(validated(pressRequestSchema, body) as PressRequest, this.askerOf(request));
  }

  @Get()
  @Permit('kill.read')
  async list(): Promise<{ kills: KillDocument[] }> {
    return { kills: await this.killSwitch.list() };
  }

  @Get('/:id')
  @Permit('kill.read')
  get(@Param('id') id: string): Promise<KillDocument> {
    return this.killSwitch.get(id);
  }

  @Post('/:id/revive')
  @HttpCode(200)
  @Permit('kill.revive')
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
