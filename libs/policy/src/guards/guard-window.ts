/**
 * What the subjects of one arm did in one window, for one outcome. Sums only: no subject can be told from them, and
 * sums of several SDK instances, replicas or generations add up.
 */
export interface ArmSums {
  /** Subjects that were exposed, each once per SDK instance; what the sample ratio is judged by. */
  readonly exposures: number;
  /** Calls of this outcome, and how many of them failed. */
  readonly calls: number;
  readonly errors: number;
  /**
   * How much the sums over the subjects of x and x·x grew, x being the errors of a subject since its SDK instance began
   * to count it: a subject with X errors that has x more adds x, and x · (2X + x). Squares of single windows would not
   * see a broken client that calls once in a window.
   */
  readonly errorSum: number;
  readonly errorSquares: number;
  /** Sums of ln(value) and its square, values in milliseconds; 0 for outcomes without values. */
  readonly logSum: number;
  readonly logSquares: number;
  /** Calls by value, between the edges of `HISTOGRAM_EDGES_MS` of the protocol; empty for outcomes without values. */
  readonly buckets: readonly number[];
}

/** One row of `guard_windows`: ten seconds of one generation, for one flag, environment and outcome. */
export interface GuardWindow {
  /** Start, on the grid of ten seconds of the server's clock. */
  readonly fromMs: number;
  /** The generation of the ruleset that the subjects were served from. */
  readonly generation: number;
  /** The counts came too late to be compared with what others did in these seconds: decisions leave them out. */
  readonly late?: true;
  /** Counted by browsers, which anybody can be: kept apart, and used only by guards that say `trustWeb`. */
  readonly web?: true;
  /** How many SDK instances are in this row. One subject may be among the exposures of each. Absent: one. */
  readonly reporters?: number;
  readonly treatment: ArmSums;
  readonly control: ArmSums;
}

export const GUARD_WINDOW_MS = 10_000;

export const NO_SUMS: ArmSums = {
  exposures: 0,
  calls: 0,
  errors: 0,
  errorSum: 0,
  errorSquares: 0,
  logSum: 0,
  logSquares: 0,
  buckets: [],
};

export function addSums(a: ArmSums, b: ArmSums): ArmSums {
  const longer = a.buckets.length < b.buckets.length ? b.buckets : a.buckets;
  return {
    exposures: a.exposures + b.exposures,
    calls: a.calls + b.calls,
    errors: a.errors + b.errors,
    errorSum: a.errorSum + b.errorSum,
    errorSquares: a.errorSquares + b.errorSquares,
    logSum: a.logSum + b.logSum,
    logSquares: a.logSquares + b.logSquares,
    buckets: longer.map((_, index) => (a.buckets[index] ?? 0) + (b.buckets[index] ?? 0)),
  };
}
