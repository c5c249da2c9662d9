import type { FastifyInstance } from 'fastify';

/**
 * What every answer says of itself, JSON and the few pages alike. No `Strict-Transport-Security`: TLS ends at a proxy before
 * this server, which alone knows whether the whole host is served so.
 */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** SDK routes answer machines thousands of times a second and get the ones that matter to a browser. */
const HOT_PATHS = /^\/(ofrep|sdk)\//;

export function installSecurityHeaders(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!HOT_PATHS.test(request.url)) {
      reply.header('x-request-id', request.id);
      reply.headers(SECURITY_HEADERS);
    }
    done();
  });
}
