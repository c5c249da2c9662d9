import type { Problem } from '@guidon/protocol/errors';
import type { EncodedProblem, EncoderRequest } from '../kernel/problem/index.js';
import { encodeFailure, type OfrepErrorCode, OfrepRefusal } from './ofrep-refusal.js';

/** Everything under this path answers in the shape of OFREP, errors included. */
export const OFREP_PREFIX = '/ofrep/';
const SINGLE_PREFIX = '/ofrep/v1/evaluate/flags/';

/**
 * The problem encoder for OFREP paths: `{key?, errorCode, errorDetails}`. Providers read 404 as "no such flag", so
 * every other 404 becomes a 400.
 */
export function encodeOfrepProblem(problem: Problem, request: EncoderRequest): EncodedProblem {
  const status = problem.status === 404 && problem.code !== 'flag-not-found' ? 400 : problem.status;
  const refusal = new OfrepRefusal(status, errorCodeOf(problem), `${problem.title}. ${problem.detail}`);
  return {
    status,
    contentType: 'application/json',
    body: encodeFailure(refusal, keyOf(request.url)),
  };
}

function errorCodeOf(problem: Problem): OfrepErrorCode {
  if (problem.code === 'flag-not-found') return 'FLAG_NOT_FOUND';
  if (problem.code === 'snapshot-unavailable') return 'PROVIDER_NOT_READY';
  if (problem.code === 'payload-too-large') return 'INVALID_CONTEXT';
  return problem.status === 400 || problem.status === 415 ? 'PARSE_ERROR' : 'GENERAL';
}

/** The flag key that a single evaluation names, also when its encoding is broken. */
export function keyOf(url: string): string | undefined {
  if (!url.startsWith(SINGLE_PREFIX)) return undefined;
  const end = url.indexOf('?');
  const raw = url.slice(SINGLE_PREFIX.length, end === -1 ? undefined : end);
  if (raw === '') return undefined;
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
