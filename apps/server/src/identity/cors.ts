import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/problem/index.js';

/** Where web keys may call, and so pages of other origins. No cookie is ever read, and no credentials are let in. */
const BROWSER_PATHS = /^\/(ofrep\/|sdk\/v1\/telemetry)/;

/** A day; browsers cap it at two hours or less. */
const PREFLIGHT_SECONDS = 86_400;

const ALLOW_ORIGIN = 'access-control-allow-origin';
const EXPOSE_HEADERS = 'access-control-expose-headers';

/** Which origins the web keys that work at this moment list. */
export interface ListedOrigins {
  listsOrigin(origin: string): boolean;
}

/**
 * Answers preflights before authentication, since browsers send no key with them: an origin is let in that some web key
 * lists. Its answers are opened to scripts, so that a page can read why its key is refused.
 */
export function installCors(instance: FastifyInstance, keys: ListedOrigins): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const origin = originOf(request);
    if (origin === undefined) {
      done();
      return;
    }
    reply.header('vary', 'Origin');
    const isListed = keys.listsOrigin(origin);
    if (isListed) reply.header(ALLOW_ORIGIN, origin).header(EXPOSE_HEADERS, 'ETag, Retry-After');
    if (!isPreflight(request)) done();
    else if (isListed) answerPreflight(reply);
    else done(notListed(origin, 'No web key lists'));
  });
}

/** After authentication: a page may use a key that lists its own origin, and no other. */
export function installOriginCheck(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const origin = request.caller === undefined ? undefined : originOf(request);
    if (origin === undefined || request.caller?.origins?.includes(origin) === true) {
      done();
      return;
    }
    reply.removeHeader(ALLOW_ORIGIN);
    reply.removeHeader(EXPOSE_HEADERS);
    // Other kinds of keys belong to servers, which hand an origin on at most; browsers are shown no answer to them.
    if (request.caller?.kind !== 'web') done();
    else done(notListed(origin, `Key ${request.caller.keyId} does not list`));
  });
}

function originOf(request: FastifyRequest): string | undefined {
  const { origin } = request.raw.headers;
  return origin === undefined || !BROWSER_PATHS.test(request.url) ? undefined : origin;
}

function notListed(origin: string, who: string): DomainError {
  return new DomainError('origin-not-listed', {
    detail: `${who} the origin "${origin.slice(0, 128)}". Make one that does: guidon keys create web --origin <origin>; for the key of the configuration set GUIDON_WEB_ORIGINS.`,
  });
}

function isPreflight(request: FastifyRequest): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

function answerPreflight(reply: FastifyReply): void {
  reply
    .code(204)
    .header('access-control-allow-methods', 'GET, POST')
    .header('access-control-allow-headers', 'authorization, content-type, if-none-match, x-api-key')
    .header('access-control-max-age', String(PREFLIGHT_SECONDS))
    .header('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers')
    .send();
}
