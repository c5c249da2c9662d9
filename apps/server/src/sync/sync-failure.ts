import { GitError } from '@guidon/git';
import { DomainError } from '../kernel/problem/index.js';
import type { SyncFailure } from './sync-board.js';

const RETRY_SECONDS = 5;

/** What went wrong in a run, in the words that go to callers and onto the board. */
export function failureOf(error: unknown): SyncFailure {
  if (error instanceof GitError) {
    const sentence = `${error.kind}: ${error.message}`;
    return { code: 'git-unreachable', sentence, detail: `${sentence} What is live stays as it is.` };
  }
  if (error instanceof DomainError)
    return { code: error.code, sentence: error.params.detail, detail: error.params.detail };
  const sentence = 'The revision could not be judged; the log has the details.';
  return { code: 'internal', sentence, detail: sentence };
}

/** The failure of a run, wherever it ran, for whoever asked for it here. */
export function errorOf({ code, detail }: SyncFailure, cause?: unknown): DomainError {
  return new DomainError(code, { detail, retryAfterSeconds: RETRY_SECONDS, cause });
}
