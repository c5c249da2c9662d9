import { readFileSync } from 'node:fs';
import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { chooseForm, type Explanation, errorPage, parseExplanations, renderPage } from './error-pages.js';

/** `src` and `dist` lie equally deep. */
const DOCUMENT = new URL('../../../../docs/errors.md', import.meta.url);

/** What the `type` of a problem document points to: a page about its code, from the one registry. */
@Controller('/errors')
export class ErrorsController {
  private readonly explanations = readExplanations();

  @Get('/:code')
  @Public()
  describe(
    @Param('code') code: string,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const page = errorPage(code, this.explanations);
    if (page === undefined)
      throw new DomainError('not-found', { detail: 'There is no error code of this name.' });
    const form = chooseForm(accept);
    reply.header('vary', 'accept').type(`${form}; charset=utf-8`).send(renderPage(page, form));
  }
}

/** Where the server was installed without its documentation, the registry alone answers. */
function readExplanations(): ReadonlyMap<string, Explanation> {
  try {
    return parseExplanations(readFileSync(DOCUMENT, 'utf8'));
  } catch {
    return new Map();
  }
}
