import { DomainError } from '../problem/index.js';
import { fits } from './if-match.js';
import { currentOrigin } from './request-origin.js';

/** A resource as it stands inside the transaction that is about to change it. */
export interface Standing {
  readonly tag: string;
  /** What it is, e.g. "Key abc123defg". */
  readonly what: string;
  /** What it has become, as the end of a sentence, e.g. "is revoked". */
  readonly now: string;
}

/** Whether the request in whose course this runs expects a certain state of what it changes. */
export function expectsMatch(): boolean {
  const expected = currentOrigin()?.ifMatch;
  return expected !== undefined && expected !== '*';
}

/**
 * Called on what is locked, or compared once more before it is written: of two requests with one tag a single one gets
 * through. Throws `precondition-failed`; does nothing for a request without `If-Match` and in workers.
 */
export function requireMatch({ tag, what, now }: Standing): void {
  if (!fits(currentOrigin()?.ifMatch, tag)) throw preconditionFailed({ tag, what, now });
}

export function preconditionFailed({ tag, what, now }: Standing): DomainError {
  return new DomainError('precondition-failed', {
    detail: `${what} is not as you read it: it ${now} by now. Nothing was changed. Read it again and decide anew; its ETag is ${tag}.`,
  });
}
