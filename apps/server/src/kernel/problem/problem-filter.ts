import { ERRORS, type ErrorCode, type Problem } from '@guidon/protocol/errors';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Log, redact } from '../log/index.js';
import { DomainError } from './domain-error.js';
import { ProblemEncoders } from './problem-encoders.js';
import { toFault } from './to-problem.js';

/**
 * The one place where an error becomes an answer, for Nest controllers and plain Fastify routes alike (the
 * adapter sets it as Fastify's error handler too).
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly encoders: ProblemEncoders,
    private readonly log: Log,
  ) {}

  /** Called with every problem before it is answered; must neither throw nor wait. */
  tell: (problem: Problem, request: FastifyRequest) => void = () => undefined;

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    const { problem, retryAfterSeconds } = toFault(error, request.id);
    this.report(error, problem.code, request);
    this.tell(problem, request);
    const encoded = this.encoders.encode(problem, request);
    for (const [name, value] of Object.entries(encoded.headers ?? {})) reply.header(name, value);
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="guidon"');
    reply
      .code(encoded.status ?? problem.status)
      .header('cache-control', 'no-store')
      .type(encoded.contentType)
      .send(encoded.body);
  }

  private report(error: unknown, code: ErrorCode, request: FastifyRequest): void {
    // Why the database is away is told once, when it goes, and not by every request that meets it.
    const known = error instanceof DomainError && code !== 'database-unavailable' ? error.cause : undefined;
    const cause = code === 'internal' && !(error instanceof DomainError) ? error : known;
    this.log[ERRORS[code].level](
      {
        requestId: request.id,
        method: request.method,
        path: pathOf(request),
        code,
        ...(cause === undefined ? {} : { err: cause }),
      },
      'request refused or failed',
    );
  }
}

/** The route's pattern, or the path without its query: a query may hold a token, and a path that leads nowhere a key. */
function pathOf(request: FastifyRequest): string {
  return request.routeOptions?.url ?? redact(request.url.split('?', 1)[0] ?? '');
}
