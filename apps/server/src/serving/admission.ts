/**
 * Streams that one process admits in a second: half of what it was measured to open, so that evaluations go on meanwhile.
 * Source: `npm run bench:serve`, "streams opened a second": 2,062, authentication and a ruleset of 100 flags included, on
 * two cores that it shared with the clients and with other work (load average 5).
 */
export const ADMISSIBLE_STREAMS_PER_SECOND = 1_000;

/** Streams of one process. Each is a file descriptor; the process needs a limit of open files above it. */
export const STREAMS_MAX = 20_000;

const WINDOW_MIN_MS = 1_000;
const WINDOW_MAX_MS = 300_000;
/** Seconds of admissions that may come at once after a quiet time. */
const BURST_SECONDS = 4;

/** Over how many milliseconds the open streams have to spread their next reconnect: told to them before anything breaks. */
export function reconnectWindowMs(streamsOpen: number, perSecond = ADMISSIBLE_STREAMS_PER_SECOND): number {
  const windowMs = Math.ceil((streamsOpen / perSecond) * 1_000);
  return Math.min(WINDOW_MAX_MS, Math.max(WINDOW_MIN_MS, windowMs));
}

export interface AdmissionLimits {
  readonly streamsMax: number;
  readonly perSecond: number;
}

export const ADMISSION_LIMITS: AdmissionLimits = {
  streamsMax: STREAMS_MAX,
  perSecond: ADMISSIBLE_STREAMS_PER_SECOND,
};

/** Decides whether one more stream may open: a bucket that refills, and a ceiling. Kills never ask. */
export class Admission {
  #tokens: number;
  #filledAtMs: number | undefined;

  constructor(private readonly limits: AdmissionLimits = ADMISSION_LIMITS) {
    this.#tokens = limits.perSecond * BURST_SECONDS;
  }

  /** `elapsedMs` is monotonic. Returns why not, or `undefined` when the stream may open. */
  whyRefused(streamsOpen: number, elapsedMs: number): 'full' | 'too-fast' | undefined {
    if (streamsOpen >= this.limits.streamsMax) return 'full';
    const sinceMs = elapsedMs - (this.#filledAtMs ?? elapsedMs);
    this.#filledAtMs = elapsedMs;
    const most = this.limits.perSecond * BURST_SECONDS;
    this.#tokens = Math.min(most, this.#tokens + (sinceMs / 1_000) * this.limits.perSecond);
    if (this.#tokens < 1) return 'too-fast';
    this.#tokens -= 1;
    return undefined;
  }

  windowMs(streamsOpen: number): number {
    return reconnectWindowMs(streamsOpen, this.limits.perSecond);
  }
}
