import type { FastifyRequest } from 'fastify';
import { idempotencyKeyOf } from '../kernel/http/index.js';
import { callerOf } from './authentication.js';
import { actorOf } from './caller.js';

/** Who mutates over HTTP, and how the request can be told from another. */
export interface Asker {
  readonly keyId: string;
  readonly actor: string;
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
  /** Through whose hands his key has gone: none of them is a second person beside him. */
  readonly makers?: readonly string[];
}

export function askerOf(request: FastifyRequest): Asker {
  const caller = callerOf(request);
  return {
    keyId: caller.keyId,
    actor: actorOf(caller),
    requestId: request.id,
    idempotencyKey: idempotencyKeyOf(request),
    ...(caller.makers === undefined ? {} : { makers: caller.makers }),
  };
}

/** The request as `Idempotency` knows it; `body` is what was validated. */
export function askedBy(asker: Asker, operation: string, body: unknown) {
  return { caller: asker.keyId, key: asker.idempotencyKey, operation, body };
}
