import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type IfMatch, parseIfMatch, refuseIfMatch } from './if-match.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether what the route changes has an `ETag`, so that `If-Match` means something. */
    ifMatch?: boolean;
    /** Whether the route is let through however many requests a key sends: the red button. */
    unlimited?: boolean;
  }
}

/** Where a request of a person came from, for the log of changes. */
export interface RequestOrigin {
  readonly requestId: string;
  /** The address of the other end of the socket, which may be a proxy's. */
  readonly sourceAddress: string;
  /** What the request expects of what it changes. */
  readonly ifMatch?: IfMatch;
}

const origins = new AsyncLocalStorage<RequestOrigin>();

/** The request in whose course this runs; absent in workers. */
export function currentOrigin(): RequestOrigin | undefined {
  return origins.getStore();
}

/** Hot routes answer before this hook, so only the management API pays for it. */
export function rememberOrigins(instance: FastifyInstance): void {
  instance.addHook('preHandler', (request, _reply, done) => {
    const expected = expectationOf(request);
    if (expected instanceof Error) {
      done(expected);
      return;
    }
    const ifMatch = expected === undefined ? {} : { ifMatch: expected };
    origins.run({ requestId: request.id, sourceAddress: request.ip, ...ifMatch }, done);
  });
}

function expectationOf(request: FastifyRequest): IfMatch | Error | undefined {
  const header = request.headers['if-match'];
  if (header === undefined || request.method === 'GET' || request.method === 'HEAD') return undefined;
  try {
    if (request.routeOptions.config.ifMatch === true) return parseIfMatch(header);
    refuseIfMatch(header);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
