import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';

/** Where a request of a person came from, for the log of changes. */
export interface RequestOrigin {
  readonly requestId: string;
  /** The address of the other end of the socket, which may be a proxy's. */
  readonly sourceAddress: string;
}

const origins = new AsyncLocalStorage<RequestOrigin>();

/** The request in whose course this runs; absent in workers. */
export function currentOrigin(): RequestOrigin | undefined {
  return origins.getStore();
}

/** Hot routes answer before this hook, so only the management API pays for it. */
export function rememberOrigins(instance: FastifyInstance): void {
  instance.addHook('preHandler', (request, _reply, done) => {
    origins.run({ requestId: request.id, sourceAddress: request.ip }, done);
  });
}
