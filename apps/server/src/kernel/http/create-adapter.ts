import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { hasRepeatedMembers } from '../json/index.js';
import { DomainError, isUnstorable, type ProblemFilter, UNSTORABLE } from '../problem/index.js';
import { answerClientError } from './client-errors.js';
import { isJsonDeeperThan } from './json-depth.js';
import { rememberOrigins } from './request-origin.js';
import { keepRouteBook } from './route-book.js';
import { installSecurityHeaders } from './security-headers.js';

/** Limits of the HTTP server; beyond them a request is refused before anything reads it. */
export const HTTP_LIMITS = {
  bodyBytes: 1024 * 1024,
  /** No body of ours has more than a few levels; whatever walks one must not run out of stack. */
  bodyDepth: 20,
  /** Address and headers together; Node counts them before there is a request. */
  headBytes: 16 * 1024,
  /** A percent-encoded key of 128 characters. */
  paramLength: 400,
  requestTimeoutMs: 30_000,
  /** Longer than the idle time-out of common proxies, so that the proxy closes first. */
  keepAliveTimeoutMs: 72_000,
} as const;

export interface AdapterOptions {
  readonly log: Logger;
  readonly problems: ProblemFilter;
}

/** The Fastify adapter with every limit set. Nest's own body parsers stay off; Fastify's strict JSON parser is used. */
export function createAdapter({ log, problems }: AdapterOptions): FastifyAdapter {
  // Fastify's own news (a line at every start) stay out; what goes wrong is logged by the problem filter.
  const logger: FastifyBaseLogger = log.child({}, { level: log.isLevelEnabled('warn') ? 'warn' : log.level });
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    // One log object for all requests: a child for each costs more than the request itself on the hot routes.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    http: { maxHeaderSize: HTTP_LIMITS.headBytes },
    bodyLimit: HTTP_LIMITS.bodyBytes,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: HTTP_LIMITS.paramLength },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply),
    clientErrorHandler: answerClientError,
    // Nothing here uses Express-style middleware, and its engine would run on every request.
    skipMiddie: true,
  });
  const instance = instanceOf(adapter);
  instance.removeContentTypeParser('text/plain');
  installJsonParser(instance);
  installSecurityHeaders(instance);
  keepRouteBook(instance);
  refuseUnstorableParts(instance);
  rememberOrigins(instance);
  instance.setErrorHandler((error, request, reply) => problems.answer(error, request, reply));
  // Nest would set its own later, too late for the plain routes of a feature, and to the same effect for the rest.
  adapter.setErrorHandler = () => adapter.getInstance();
  return adapter;
}

/** Depth first, then Fastify's own strict parser, which refuses `__proto__` and the like, then what it took for a repetition. */
function installJsonParser(instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeContentTypeParser('application/json');
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (isJsonDeeperThan(text, HTTP_LIMITS.bodyDepth)) {
      done(TOO_DEEP);
      return;
    }
    void parse(request, text, (error, parsed) => {
      if (error === null && hasRepeatedMembers(text, parsed)) done(REPEATED);
      else done(error, parsed);
    });
  });
}

const REPEATED = new DomainError('request-invalid', {
  detail:
    'An object of the body names a member twice, and it cannot be told which one is meant; name it once.',
});

/** Bodies and queries are looked at where they are validated; names in a path are looked up as they are. */
function refuseUnstorableParts(instance: FastifyInstance): void {
  instance.addHook('preHandler', (request, _reply, done) => {
    const parts = Object.values((request.params ?? {}) as { readonly [name: string]: unknown });
    if (parts.some((part) => typeof part === 'string' && isUnstorable(part))) done(NO_SUCH_NAME);
    else done();
  });
}

const NO_SUCH_NAME = new DomainError('request-invalid', {
  detail: `A part of the path cannot name anything. ${UNSTORABLE}`,
});

const TOO_DEEP = new DomainError('request-invalid', {
  detail: `The body is nested deeper than ${HTTP_LIMITS.bodyDepth} levels; send a flatter one.`,
});

/** Nest types its instance with its own generics; everybody here uses plain Fastify's. */
export function instanceOf(adapter: FastifyAdapter): FastifyInstance {
  return adapter.getInstance() as unknown as FastifyInstance;
}
