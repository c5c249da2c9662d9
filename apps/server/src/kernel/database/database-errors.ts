import { DomainError } from '../problem/index.js';

/** Classes 08 (connection), 53 (resources) and single codes for shut-down, cancel by time-out and lock time-out. */
const AWAY_STATES = /^(08...|53...|57P0[1-5]|57014|55P03)$/;
const AWAY_SYSTEM =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
const AWAY_MESSAGES =
  /timeout exceeded when trying to connect|connection terminated|connection error and is not queryable|query read timeout|the database is (starting up|shutting down)|Cannot use a pool after calling end|PGlite is closed/i;
/** Wrong password, no such role, no such database: waiting does not mend these. */
const MISCONFIGURED_STATES = /^(28...|3D000)$/;

/** Whether an error of the driver means that the database cannot be reached now, rather than that a query is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message } = read(error);
  return AWAY_STATES.test(code) || AWAY_SYSTEM.test(code) || AWAY_MESSAGES.test(message);
}

export function isDatabaseMisconfigured(error: unknown): boolean {
  return MISCONFIGURED_STATES.test(read(error).code);
}

/** A driver's error as the code that callers know, or the error itself when it is a bug of ours. */
export function asDomainError(error: unknown, consolation = ''): unknown {
  if (error instanceof DomainError || !isDatabaseAway(error)) return error;
  return databaseUnavailable(consolation, error);
}

/** `consolation` says what still works. */
export function databaseUnavailable(consolation: string, cause?: unknown): DomainError {
  return new DomainError('database-unavailable', {
    detail: ['Nothing was changed.', consolation, 'Try again shortly.'].filter(Boolean).join(' '),
    retryAfterSeconds: 2,
    cause,
  });
}

/** An outage is expected and told once, by `reportDatabase`; whoever merely runs into it stays quiet. */
export function isOutage(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'database-unavailable';
}

export function messageOf(error: unknown): string {
  const { code, message } = read(error);
  return message || code || 'it does not answer';
}

function read(error: unknown): { code: string; message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: '' };
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown[] };
  // Node joins the failures of several addresses of one host in an AggregateError without a message.
  if (Array.isArray(errors) && errors.length > 0 && (typeof code !== 'string' || message === ''))
    return read(errors[0]);
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}
