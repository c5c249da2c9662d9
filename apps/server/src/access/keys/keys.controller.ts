import { type Action, peopleBut } from '@guidon/policy/permissions';
import type { KeyDocument, NewKeyDocument } from '@guidon/protocol';
import {
  createKeySchema,
  keyDocumentSchema,
  keyListSchema,
  newKeyDocumentSchema,
  revokeKeySchema,
  rotateKeySchema,
} from '@guidon/protocol/schemas';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { askerOf, callerOf, presentedKey } from '../../identity/index.js';
import { Describe } from '../../kernel/http/index.js';
import { validated } from '../../kernel/problem/index.js';
import { Access } from '../access-rules.js';
import { Permit } from '../permit.js';
import type { KeyAsker } from './key-asker.js';
import { KeyDesk } from './key-desk.js';
import { keyTag } from './key-document.js';

/** Keys: who has one, a new one, another in its place, and the end of one. */
@Controller('/api/v1/keys')
export class KeysController {
  constructor(
    @Inject(KeyDesk) private readonly desk: KeyDesk,
    @Inject(Access) private readonly access: Access,
  ) {}

  @Get()
  @Permit('key.read')
  @Describe({
    name: 'listKeys',
    summary: 'Every key, without its secret.',
    answer: { KeyList: keyListSchema },
  })
  async list(): Promise<{ keys: KeyDocument[] }> {
    return { keys: await this.desk.list() };
  }

  @Get('/:id')
  @Permit('key.read')
  @Describe({
    name: 'getKey',
    summary: 'One key, without its secret.',
    answer: { KeyDocument: keyDocumentSchema },
    tagged: true,
    errors: ['key-not-found'],
  })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<KeyDocument> {
    const key = await this.desk.get(id);
    reply.header('etag', keyTag(key));
    return key;
  }

  @Post()
  @HttpCode(200)
  @Permit('key.create')
  @Describe({
    name: 'createKey',
    summary: 'Makes a key. Its text is in this answer and nowhere else.',
    body: { CreateKeyRequest: createKeySchema },
    answer: { NewKeyDocument: newKeyDocumentSchema },
    idempotent: true,
  })
  create(@Body() body: unknown, @Req() request: FastifyRequest): Promise<NewKeyDocument> {
    const { environment, role, origins, expiresAt, ...rest } = validated(createKeySchema, body);
    const optional = {
      ...(environment === undefined ? {} : { environment }),
      ...(role === undefined ? {} : { role }),
      ...(origins === undefined ? {} : { origins }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    return this.desk.create({ ...rest, ...optional }, this.#asker(request, 'key.create'));
  }

  @Post('/:id/rotate')
  @HttpCode(200)
  @Permit('key.rotate', { ifMatch: true })
  @Describe({
    name: 'rotateKey',
    summary: 'Makes a key in the place of another one, which goes on for a while.',
    body: { RotateKeyRequest: rotateKeySchema },
    answer: { NewKeyDocument: newKeyDocumentSchema },
    idempotent: true,
    errors: ['key-not-found', 'key-over'],
  })
  rotate(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<NewKeyDocument> {
    return this.desk.rotate(id, validated(rotateKeySchema, body), this.#asker(request, 'key.rotate'));
  }

  @Post('/:id/revoke')
  @HttpCode(200)
  @Permit('key.revoke', { ifMatch: true })
  @Describe({
    name: 'revokeKey',
    summary: 'Ends a key at once.',
    body: { RevokeKeyRequest: revokeKeySchema },
    answer: { KeyDocument: keyDocumentSchema },
    idempotent: true,
    errors: ['key-not-found', 'key-over'],
  })
  revoke(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<KeyDocument> {
    return this.desk.revoke(id, validated(revokeKeySchema, body).reason, this.#asker(request, 'key.revoke'));
  }

  #asker(request: FastifyRequest, action: Action): KeyAsker {
    const caller = callerOf(request);
    const { owner, breakGlass, makers = [] } = caller;
    // Whoever holds the break-glass key may act alone: nothing is won by sending himself a second person.
    const hands = breakGlass ? [] : peopleBut('', [owner, ...makers]);
    const presented = presentedKey(request) ?? '';
    const whyNot: KeyAsker['whyNot'] = (key) => {
      const { verdict, reason } = this.access.decide(caller, action, this.access.reachOf(key));
      return verdict === 'allowed' ? undefined : reason;
    };
    return { ...askerOf(request), owner, hands, presented, whyNot };
  }
}
