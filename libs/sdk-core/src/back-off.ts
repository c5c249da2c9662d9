import {
  BACK_OFF_BASE_MS,
  BACK_OFF_CAP_MS,
  BACK_OFF_FLOOR_MS,
  EXTENDED_RETRY_MS,
  RETRY_AFTER_MAX_MS,
  WINDOW_MAX_MS,
  WINDOW_MIN_MS,
} from './constants.js';
import type { Failure } from './ports.js';

/** A source of uniform random numbers in [0, 1). */
export type Random = () => number;

export interface RetryPlan {
  /** Failures since the last healthy connection, 0 for the first reconnect. */
  readonly failures: number;
  readonly windowMs: number;
  /** After a 4xx that will not mend by itself. */
  readonly extended: boolean;
  readonly retryAfterMs?: number | undefined;
}

const between = (low: number, high: number, random: Random) => low + random() * (high - low);

/**
 * How long to wait before the next attempt, in ms. The first reconnect is spread over the window that the server
 * announced while all was well; later ones back off exponentially with full jitter; a `Retry-After` is a floor.
 */
export function retryDelayMs(plan: RetryPlan, random: Random): number {
  const usual = usualDelayMs(plan, random);
  if (plan.retryAfterMs === undefined) return usual;
  const asked = plan.retryAfterMs + between(0, Math.max(plan.retryAfterMs, plan.windowMs), random);
  return plan.extended ? Math.max(asked, usual) : asked;
}

function usualDelayMs(plan: RetryPlan, random: Random): number {
  if (plan.extended) return between(EXTENDED_RETRY_MS / 2, EXTENDED_RETRY_MS, random);
  if (plan.failures === 0) return between(0, plan.windowMs, random);
  const grown = Math.max(plan.windowMs, BACK_OFF_BASE_MS * 2 ** Math.min(plan.failures, 20));
  const ceiling = Math.min(Math.max(BACK_OFF_CAP_MS, plan.windowMs), grown);
  return BACK_OFF_FLOOR_MS + between(0, ceiling, random);
}

/** A window as a server named it, within its bounds; `fallback` when it is no number. */
export function clampWindowMs(windowMs: unknown, fallback: number): number {
  if (typeof windowMs !== 'number' || !Number.isFinite(windowMs)) return fallback;
  return Math.min(WINDOW_MAX_MS, Math.max(WINDOW_MIN_MS, windowMs));
}

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP date, which is compared with the `Date` header of the same
 * response because the local clock may be wrong. `undefined` when it says nothing usable.
 */
export function readRetryAfterMs(
  retryAfter: string | undefined,
  dateHeader: string | undefined,
): number | undefined {
  const text = retryAfter?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Math.min(RETRY_AFTER_MAX_MS, Number(text) * 1_000);
  // Only the HTTP-date form; `Date.parse` alone would read a year out of almost anything.
  if (!/^[A-Z][a-z]{2,8},? /.test(text) || dateHeader === undefined) return undefined;
  const delayMs = Date.parse(text) - Date.parse(dateHeader);
  if (!Number.isFinite(delayMs) || delayMs < 0) return undefined;
  return Math.min(RETRY_AFTER_MAX_MS, delayMs);
}

/** What waiting a second will not mend: wrong settings, and 4xx except "too slow" and "too many". */
export function isLastingRefusal(failure: Failure | undefined): boolean {
  if (failure?.kind === 'settings') return true;
  const status = failure?.status;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}
