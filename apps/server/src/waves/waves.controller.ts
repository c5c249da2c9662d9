import type { WaveDocument, WaveMoveDocument, WavesDocument } from '@guidon/protocol';
import {
  waveDocumentSchema,
  waveMoveDocumentSchema,
  waveMoveSchema,
  wavesDocumentSchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ActPermits, Permit } from '../access/index.js';
import { askedBy, askerOf } from '../identity/index.js';
import { Describe } from '../kernel/http/index.js';
import { OnceOnly } from '../kernel/idempotency/index.js';
import { validated } from '../kernel/problem/index.js';
import { waveTag } from './wave-standing.js';
import { Waves } from './waves.service.js';

/** The waves that run, how they are judged, and moving one by hand. */
@Controller('/api/v1/waves')
export class WavesController {
  constructor(
    @Inject(Waves) private readonly waves: Waves,
    @Inject(OnceOnly) private readonly once: OnceOnly,
    @Inject(ActPermits) private readonly permits: ActPermits,
  ) {}

  @Get()
  @Permit('wave.read')
  @Describe({
    name: 'listWaves',
    summary: 'The waves that run, and how they are judged.',
    answer: { WavesDocument: wavesDocumentSchema },
    parts: { WaveDocument: waveDocumentSchema },
  })
  async list(): Promise<WavesDocument> {
    return { waves: await this.waves.list() };
  }

  @Get('/:id')
  @Permit('wave.read')
  @Describe({
    name: 'getWave',
    summary: 'One running wave.',
    answer: { WaveDocument: waveDocumentSchema },
    tagged: true,
    errors: ['wave-not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<WaveDocument> {
    const wave = await this.waves.get(id);
    reply.header('etag', waveTag(wave.id, wave.stage));
    return wave;
  }

  @Post('/:id/advance')
  @HttpCode(200)
  @Permit('wave.move', { ifMatch: true })
  @Describe({
    name: 'advanceWave',
    summary: 'Moves a wave on to its next stage.',
    body: { WaveMoveRequest: waveMoveSchema },
    answer: { WaveMoveDocument: waveMoveDocumentSchema },
    idempotent: true,
    errors: ['wave-moved', 'wave-not-found'],
  })
  advance(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.#move(id, 'advance', { body, request });
  }

  @Post('/:id/roll-back')
  @HttpCode(200)
  @Permit('wave.move', { ifMatch: true })
  @Describe({
    name: 'rollBackWave',
    summary: 'Takes a wave back: everybody keeps what is stable.',
    body: { WaveMoveRequest: waveMoveSchema },
    answer: { WaveMoveDocument: waveMoveDocumentSchema },
    idempotent: true,
    errors: ['wave-moved', 'wave-not-found'],
  })
  rollBack(@Param('id') id: string, @Body() body: unknown, @Req() request: FastifyRequest) {
    return this.#move(id, 'roll-back', { body, request });
  }

  #move(
    id: string,
    kind: 'advance' | 'roll-back',
    { body, request }: { readonly body: unknown; readonly request: FastifyRequest },
  ): Promise<WaveMoveDocument> {
    const { reason, stage } = validated(waveMoveSchema, body);
    const environments = this.waves.environmentsOf(id);
    // Nothing has to be used up: the table asks for nobody else here.
    this.permits.permit(request, { action: 'wave.move', environments, about: { wave: id, kind }, reason });
    const asker = askerOf(request);
    const asked = askedBy(asker, `POST /api/v1/waves/${id}/${kind}`, { reason, stage });
    return this.once.answer(asked, (once) =>
      this.waves.moveByHand(id, kind, { ...asker, reason, stage, once }),
    );
  }
}
