import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where browsers of other origins may call. Web keys are no secret, and no cookie is ever read, so any origin may. */
const BROWSER_PATHS = /^\/(ofrep\/|sdk\/v1\/telemetry)/;

/** A day; browsers cap it at two hours or less. */
const PREFLIGHT_SECONDS = 86_400;

/** Answers preflights before authentication (browsers send no key with them) and opens the answers to scripts. */
export function installCors(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.raw.headers.origin === undefined || !BROWSER_PATHS.test(request.url)) {
      done();
      return;
    }
    reply.header('access-control-allow-origin', '*');
    reply.header('access-control-expose-headers', 'ETag, Retry-After');
    if (isPreflight(request)) answerPreflight(reply);
    else done();
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
    .header('vary', 'access-control-request-method, access-control-request-headers')
    .send();
}
