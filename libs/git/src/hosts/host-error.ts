/**
 * Why a host did not do what was asked. `auth`: the token is refused or may not do this. `conflict`: it exists already, or
 * contradicts what does. `rate-limited`: later, see `retryAfterMs`. `refused`: we would not send it (a URL, a redirect, an
 * argument) or the host finds the request itself wrong. `bad-answer`: not what its documents say.
 */
export type HostErrorKind =
  | 'unreachable'
  | 'time-out'
  | 'auth'
  | 'not-found'
  | 'conflict'
  | 'rate-limited'
  | 'refused'
  | 'bad-answer'
  | 'failed';

/** The only error of the host clients; its message is free of secrets. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly kind: HostErrorKind,
    message: string,
    more: { readonly status?: number; readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
  }
}
