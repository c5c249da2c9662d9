import { ERRORS, type ErrorCode } from '@guidon/protocol/errors';
import type { KnownRoute } from '../kernel/http/index.js';
import { type JsonSchema, refTo } from './document-schemas.js';

/** Whatever is asked: a path that is not well encoded, a database that is away, a fault of ours. */
const ALWAYS: readonly ErrorCode[] = [
  'request-invalid',
  'too-many-requests',
  'database-unavailable',
  'internal',
];
/** From the hook that tells callers apart, and the guard. */
const OF_KEYS: readonly ErrorCode[] = ['unauthenticated', 'not-permitted'];
/** From the parser. */
const OF_BODIES: readonly ErrorCode[] = ['payload-too-large', 'unsupported-media-type'];
const OF_IDEMPOTENCY: readonly ErrorCode[] = ['idempotency-conflict'];
const OF_TAGS: readonly ErrorCode[] = ['precondition-failed'];

/** Statuses whose answers may say when to come back. */
const WAITING: ReadonlySet<number> = new Set([429, 503]);

/** Every code that a route may answer with, by status. */
export function errorsOf({ method, config }: KnownRoute): ReadonlyMap<number, readonly ErrorCode[]> {
  const { access, description, ifMatch } = config;
  const codes = new Set<ErrorCode>([
    ...ALWAYS,
    ...(access === 'public' ? [] : OF_KEYS),
    ...(method === 'GET' ? [] : OF_BODIES),
    ...(description?.idempotent === true ? OF_IDEMPOTENCY : []),
    ...(ifMatch === true ? OF_TAGS : []),
    ...(description?.errors ?? []),
  ]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([one], [other]) => one - other));
}

/** Under which the document keeps a refusal, since many operations share one. */
export function refusalName(status: number, codes: readonly ErrorCode[]): string {
  return [status, ...codes].join('.');
}

/** The refusals of all routes by their names. */
export function refusalsOf(routes: readonly KnownRoute[]): { readonly [name: string]: JsonSchema } {
  const refusals = routes.flatMap((route) =>
    [...errorsOf(route)].map(([status, codes]) => [refusalName(status, codes), refusal(codes)] as const),
  );
  return Object.fromEntries(refusals.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function refusal(codes: readonly ErrorCode[]): JsonSchema {
  const comesBack = codes.some((code) => WAITING.has(ERRORS[code].status));
  return {
    ...(comesBack ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } } : {}),
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
    content: {
      'application/problem+json': {
        schema: { allOf: [refTo('Problem'), { properties: { code: { enum: codes } } }] },
      },
    },
  };
}
