import type { FastifyRequest } from 'fastify';

/** The header `Idempotency-Key`, whose form is checked where it is used. Sent twice, it is refused there for its comma and space. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return Array.isArray(key) ? key.join(', ') : key;
}
