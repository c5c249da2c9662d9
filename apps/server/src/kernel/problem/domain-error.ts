import type { ErrorCode, Violation } from '@guidon/protocol/errors';

export interface DomainErrorParams {
  /** One sentence for the caller: what, where, how to mend. Shown to callers, so never internals. */
  readonly detail: string;
  readonly violations?: readonly Violation[];
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** What went wrong underneath; logged, never shown. */
  readonly cause?: unknown;
}

/** The one error class of the shell. Its code comes from the registry, which decides status, title and log level. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly params: DomainErrorParams,
  ) {
    super(params.detail, params.cause === undefined ? undefined : { cause: params.cause });
    this.name = 'DomainError';
  }
}
