import { ERRORS, type ErrorCode } from '@guidon/protocol/errors';
import { Controller, Get, Param } from '@nestjs/common';
import { Public } from '../access/index.js';
import { DomainError } from '../kernel/problem/index.js';

/** What the `type` of a problem document points to: a page about its code, from the one registry. */
@Controller('/errors')
export class ErrorsController {
  @Get('/:code')
  @Public()
  describe(@Param('code') code: string): object {
    if (!Object.hasOwn(ERRORS, code))
      throw new DomainError('not-found', { detail: 'There is no error code of this name.' });
    const { status, title, retry } = ERRORS[code as ErrorCode];
    return { code, status, title, retry };
  }
}
