/**
 * Every error code that Guidon can answer with. One registry: the server's problem filter, the OFREP encoder, the CLI
 * and the documentation page `docs/errors.md` read it; a test holds them together.
 */
export interface ErrorDefinition {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later without being changed. */
  readonly retry: boolean;
  /** How loudly the server logs it. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}

export const ERRORS = {
  'request-invalid': { status: 400, title: 'The request is not valid', retry: false, level: 'info' },
  unauthenticated: { status: 401, title: 'A valid key is needed', retry: false, level: 'info' },
  'webhook-unsigned': {
    status: 401,
    title: 'The signature of the webhook is missing or wrong',
    retry: false,
    level: 'info',
  },
  'login-refused': { status: 401, title: 'Signing in did not succeed', retry: false, level: 'info' },
  'login-not-configured': {
    status: 404,
    title: 'Nobody can sign in here',
    retry: false,
    level: 'info',
  },
  'login-unavailable': {
    status: 503,
    title: 'The identity provider cannot be reached',
    retry: true,
    level: 'warn',
  },
  'not-permitted': { status: 403, title: 'This key may not do that', retry: false, level: 'info' },
  'not-found': { status: 404, title: 'There is nothing here', retry: false, level: 'debug' },
  'flag-not-found': { status: 404, title: 'No such flag', retry: false, level: 'info' },
  'environment-not-found': { status: 404, title: 'No such environment', retry: false, level: 'info' },
  'approval-needed': { status: 409, title: 'Somebody else has to agree first', retry: true, level: 'info' },
  'approval-not-found': { status: 404, title: 'Nothing waits under this id', retry: false, level: 'info' },
  'approval-over': {
    status: 409,
    title: 'It was decided already, or its time is over',
    retry: false,
    level: 'info',
  },
  'key-not-found': { status: 404, title: 'No such key', retry: false, level: 'info' },
  'key-over': { status: 409, title: 'This key works no more', retry: false, level: 'info' },
  'kill-not-found': { status: 404, title: 'No such kill', retry: false, level: 'info' },
  'revision-not-found': { status: 404, title: 'No such revision', retry: false, level: 'info' },
  'revision-not-held': { status: 409, title: 'This revision waits for nobody', retry: false, level: 'info' },
  'revision-not-served': {
    status: 409,
    title: 'This revision was never served to everybody',
    retry: false,
    level: 'info',
  },
  'wave-not-found': { status: 404, title: 'No such wave is running', retry: false, level: 'info' },
  'wave-moved': { status: 409, title: 'The wave is somewhere else by now', retry: false, level: 'info' },
  'rollout-not-found': { status: 404, title: 'No such rollout', retry: false, level: 'info' },
  'rollout-refused': {
    status: 409,
    title: 'The rollout cannot do that now',
    retry: false,
    level: 'info',
  },
  'proposal-not-found': { status: 404, title: 'No such proposal', retry: false, level: 'info' },
  'proposal-conflict': {
    status: 409,
    title: 'The edit does not fit the file as it is now',
    retry: false,
    level: 'info',
  },
  'proposal-push-refused': {
    status: 403,
    title: 'The remote does not take the branch',
    retry: true,
    level: 'warn',
  },
  'git-host-failed': { status: 502, title: 'The Git host did not do it', retry: true, level: 'warn' },
  'scope-empty': { status: 422, title: 'The scope matches no flag', retry: false, level: 'info' },
  'idempotency-conflict': {
    status: 409,
    title: 'The idempotency key was used for another request',
    retry: false,
    level: 'info',
  },
  'precondition-failed': {
    status: 412,
    title: 'It has changed since you read it',
    retry: false,
    level: 'info',
  },
  'origin-not-listed': {
    status: 403,
    title: 'Pages of this origin may not use this key',
    retry: false,
    level: 'info',
  },
  'headers-too-large': {
    status: 431,
    title: 'The address and the headers are too long',
    retry: false,
    level: 'info',
  },
  'payload-too-large': { status: 413, title: 'The request is too large', retry: false, level: 'info' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON', retry: false, level: 'info' },
  'too-many-requests': { status: 429, title: 'Too many requests', retry: true, level: 'info' },
  'streams-exhausted': {
    status: 503,
    title: 'No room for another stream now',
    retry: true,
    level: 'info',
  },
  'git-unreachable': { status: 503, title: 'The Git source cannot be reached', retry: true, level: 'warn' },
  'snapshot-unavailable': {
    status: 503,
    title: 'Nothing good has been loaded yet',
    retry: true,
    level: 'warn',
  },
  'database-unavailable': {
    status: 503,
    title: 'The database cannot be reached',
    retry: true,
    level: 'info',
  },
  'leader-unavailable': {
    status: 503,
    title: 'The leading server did not act',
    retry: true,
    level: 'warn',
  },
  internal: { status: 500, title: 'Something went wrong on our side', retry: true, level: 'error' },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

/** One thing wrong with a request; all of them are reported at once. */
export interface Violation {
  /** JSON pointer into the body, or `query.name`, `header.name`. */
  readonly pointer: string;
  readonly sentence: string;
}

/** RFC 9457 problem document as Guidon sends it, `application/problem+json`. */
export interface Problem {
  /** The code's documentation page. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request id. */
  readonly instance: string;
  readonly code: ErrorCode;
  readonly violations?: readonly Violation[];
}
