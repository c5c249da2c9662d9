import { Controller, Get, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../access/index.js';
import { Describe, routesOf } from '../kernel/http/index.js';
import { makeDocument } from './make-document.js';

/**
 * What the management API takes and answers. Public, as the pages about errors are: it tells nothing about an installation, and
 * whoever generates a client has no key at hand.
 */
@Controller('/api/v1')
export class OpenApiController {
  #text: string | undefined;

  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  @Get('/openapi.json')
  @Public()
  @Describe({
    name: 'getOpenApi',
    summary: 'This document.',
    answer: { OpenApi: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }) },
  })
  read(@Res() reply: FastifyReply): void {
    // Every route is known once the server listens, and none is added later.
    this.#text ??= JSON.stringify(
      makeDocument(routesOf(this.host.httpAdapter.getInstance<FastifyInstance>())),
    );
    reply.type('application/json; charset=utf-8').send(this.#text);
  }
}
