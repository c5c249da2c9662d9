import { ERRORS, type ErrorCode, type Problem, type Violation } from '@guidon/protocol/errors';
import { redactKeys } from '../log/index.js';
import { DomainError, type DomainErrorParams } from './domain-error.js';

/** A problem document with what the transport needs to know besides. */
export interface Fault {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number;
}

/** Turns anything thrown into a problem document. What is not known becomes an opaque 500 with the request id only. */
export function toFault(error: unknown, requestId: string): Fault {
  const known = error instanceof DomainError ? error : fromTransport(error);
  if (known !== undefined) return fault(known.code, known.params, requestId);
  return fault('internal', { detail: `Quote the request id ${requestId} when you report this.` }, requestId);
}

function fault(code: ErrorCode, params: DomainErrorParams, requestId: string): Fault {
  const { status, title } = ERRORS[code];
  const problem: Problem = {
    type: `/errors/${code}`,
    title,
    status,
    // What somebody pasted into the wrong place is not handed on: answers end up in the logs of pipelines.
    detail: redactKeys(params.detail),
    instance: requestId,
    code,
    ...(params.violations === undefined ? {} : { violations: params.violations.map(withoutKeys) }),
  };
  return params.retryAfterSeconds === undefined
    ? { problem }
    : { problem, retryAfterSeconds: params.retryAfterSeconds };
}

function withoutKeys({ pointer, sentence }: Violation): Violation {
  return { pointer: redactKeys(pointer), sentence: redactKeys(sentence) };
}

/** Fastify's own refusals, by its code where there is one and by status otherwise. */
function fromTransport(error: unknown): DomainError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, statusCode, status } = error as { code?: unknown; statusCode?: unknown; status?: unknown };
  const known = typeof code === 'string' ? FASTIFY_CODES.get(code) : undefined;
  if (known !== undefined) return new DomainError(known[0], { detail: known[1] });
  const number = typeof statusCode === 'number' ? statusCode : statusOf(error, status);
  if (number === 404) return new DomainError('not-found', { detail: 'No route has this method and path.' });
  if (number === 413) return new DomainError('payload-too-large', { detail: 'Send a smaller body.' });
  if (number === 429) return new DomainError('too-many-requests', { detail: 'Send fewer requests.' });
  if (number !== undefined && number >= 400 && number < 500)
    return new DomainError('request-invalid', { detail: 'The server could not read the request.' });
  return undefined;
}

/** Nest's HttpException, told by its method so that this file needs no framework. */
function statusOf(error: object, status: unknown): number | undefined {
  return 'getStatus' in error && typeof status === 'number' ? status : undefined;
}

const FASTIFY_CODES: ReadonlyMap<string, readonly [ErrorCode, string]> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', ['payload-too-large', 'Send a smaller body.']],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', ['unsupported-media-type', 'Send `content-type: application/json`.']],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', ['request-invalid', 'The body is empty; send JSON or no content type.']],
  ['FST_ERR_CTP_INVALID_JSON_BODY', ['request-invalid', 'The body is not JSON.']],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', ['request-invalid', 'The body is not as long as it says.']],
  ['FST_ERR_BAD_URL', ['request-invalid', 'The path is not well encoded.']],
  ['FST_ERR_MAX_PARAM_LENGTH', ['request-invalid', 'A part of the path is too long.']],
] as const);
