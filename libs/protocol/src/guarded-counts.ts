/** Limits of what a report says for guards. */
export const GUARDED_LIMITS = {
  /** Flag, generation and arm together. */
  cells: 100,
  /** Of one cell. */
  outcomes: 8,
  /** Names in `seen`. */
  seen: 64,
  /** The longest call that is told apart from longer ones, in ms: two hours and more. */
  durationMs: 2 ** 23,
} as const;

/**
 * Upper edges of the buckets that durations are counted in, in ms: from a quarter of a millisecond to 65.5 s, each 2^(1/4), or
 * 19 %, above the one before. A value belongs to the first bucket whose edge is not below it; one more bucket takes all that are
 * longer. Windows of months are compared by these, so they never change: other edges would be another field.
 */
export const HISTOGRAM_EDGES_MS: readonly number[] = Array.from({ length: 73 }, (_, i) =>
  Number((2 ** (i / 4 - 2)).toPrecision(6)),
);

/** Durations below this count as this long where their logarithm is summed: a clock may say 0. */
export const SHORTEST_DURATION_MS = 0.001;

export const ARMS = ['treatment', 'control'] as const;

/** What a client counted for the guards of rollouts in one stretch of time. */
export interface GuardedCounts {
  /** How long ago the stretch ended, at the time of sending. */
  readonly ageMs: number;
  readonly lengthMs: number;
  /** Each flag, generation and arm at most once. */
  readonly cells: readonly GuardedCell[];
  /** Outcomes that the application tracked at all, whether or not a guard looks at them. */
  readonly seen: readonly string[];
  /** Outcomes that a guard looks at, tracked outside of a request, or in one that met both arms: in no cell. */
  readonly uncredited: number;
  /** Exposures and outcomes that are in no cell because there were too many cells, or no report got through. */
  readonly dropped: number;
}

/** One arm of one rollout, with one generation in use. */
export interface GuardedCell {
  readonly flag: string;
  readonly generation: number;
  readonly arm: (typeof ARMS)[number];
  /** Subjects that came into the arm: each the first time only, as far as the client remembers, while the shares stay the same. */
  readonly exposures: number;
  readonly outcomes: readonly GuardedOutcome[];
}

/** One outcome of those who were in the arm before. */
export interface GuardedOutcome {
  readonly outcome: string;
  readonly calls: number;
  readonly errors: number;
  /**
   * By how much the sum of x² has grown, where x is how many errors one subject has had so far in this client. The sum of x
   * grows by `errors`.
   */
  readonly errorSquares: number;
  /** Of the natural logarithms of durations in ms; 0 without durations. */
  readonly logSum: number;
  readonly logSquares: number;
  /** `[bucket, count]` of the buckets that have any, by `HISTOGRAM_EDGES_MS`. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
}

/** The bucket of a duration. */
export function bucketOf(durationMs: number): number {
  let low = 0;
  let high = HISTOGRAM_EDGES_MS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (durationMs <= (HISTOGRAM_EDGES_MS[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
