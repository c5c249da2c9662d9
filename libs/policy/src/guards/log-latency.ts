/**
 * Whether the treatment is slower on average: a sequence of the mean of ln(latency), window by window, with a normal
 * mixture as its bound at any time. The logarithm makes the mean sturdy against single slow calls, and the difference a
 * factor. Never pooled over windows, since the time of day moves latency more than most changes do. Source: reference
 * note on rollouts, A3.2; asymptotic after Waudby-Smith and others.
 */
export interface LatencyArm {
  readonly calls: number;
  readonly logSum: number;
  readonly logSquares: number;
}

/** One stratum: one window of one generation. */
export interface LatencyRow {
  readonly endMs: number;
  readonly treatment: LatencyArm;
  readonly control: LatencyArm;
}

export interface LogLatencySettings {
  readonly alpha: number;
  /** How many times as slow the treatment may be. */
  readonly nullRatio: number;
  /** No look before each arm had so many calls: the bound is for large numbers. */
  readonly minCalls: number;
}

export const LOG_LATENCY_DEFAULTS: LogLatencySettings = { alpha: 0.025, nullRatio: 1, minCalls: 100 };

export interface LogLatencyEvidence {
  readonly treatmentCalls: number;
  readonly controlCalls: number;
  /** How many times as slow the treatment is, of geometric means within windows; absent without data. */
  readonly ratio?: number;
  /** Its lower bound at any time, wrong with a chance of at most alpha; absent before the first look. */
  readonly atLeast?: number;
  /** Natural logarithm of the evidence that it is slower, now; the alarm is at `alarmAt`. */
  readonly slower: number;
  readonly highestSlower?: number;
  readonly alarmAt: number;
  readonly alarmedAtMs?: number;
  readonly newestMs?: number;
}

/** Pairs of calls at which the bound is tightest. */
const TIGHTEST_PAIRS = 250;

/** The variance of the mixture for which the bound is tightest at the given V. */
export function mixtureRho(tightestAt: number, alpha: number): number {
  const twice = 2 * Math.log(1 / (2 * alpha));
  return tightestAt / (twice + Math.log1p(twice));
}

/** What the sum of weighted differences has to exceed. */
export function mixtureBoundary(variance: number, rho: number, alpha: number): number {
  const total = variance + rho;
  return Math.sqrt(total * (Math.log(total / rho) + 2 * Math.log(1 / (2 * alpha))));
}

/** Evidence that grows by one moment after the other. */
export interface LogLatencyRun {
  /** Rows that end together, later than all before. True: the alarm is raised, now or earlier. */
  readonly add: (group: readonly LatencyRow[]) => boolean;
  readonly evidence: () => LogLatencyEvidence;
}

export function startLogLatency(settings: LogLatencySettings): LogLatencyRun {
  const { alpha, minCalls } = settings;
  const shift = Math.log(settings.nullRatio);
  const alarmAt = Math.log(1 / (2 * alpha));
  const sums = { treatment: 0, control: 0, difference: 0, variance: 0, pairs: 0, squares: 0, freedom: 0 };
  /** Fixed at the first look, from what was seen until then: later data must not choose the bound. */
  let rho: number | undefined;
  const moments: { highestSlower?: number; alarmedAtMs?: number; newestMs?: number } = {};

  const logEvidence = (): number => {
    if (rho === undefined) return 0;
    const total = sums.variance + rho;
    const beyond = Math.max(0, sums.difference - sums.pairs * shift);
    return beyond ** 2 / (2 * total) - Math.log(total / rho) / 2;
  };
  const look = (endMs: number): void => {
    if (rho === undefined && sums.treatment >= minCalls && sums.control >= minCalls && sums.squares > 0)
      rho = mixtureRho((TIGHTEST_PAIRS * sums.squares) / sums.freedom, alpha);
    if (rho === undefined) return;
    const now = logEvidence();
    moments.highestSlower = Math.max(moments.highestSlower ?? now, now);
    const beyond = sums.difference - sums.pairs * shift;
    if (beyond > mixtureBoundary(sums.variance, rho, alpha)) moments.alarmedAtMs ??= endMs;
  };
  const add: LogLatencyRun['add'] = (group) => {
    for (const row of group) {
      sums.treatment += row.treatment.calls;
      sums.control += row.control.calls;
      if (row.treatment.calls === 0 || row.control.calls === 0) continue;
      moments.newestMs = row.endMs;
      addRow(sums, row);
    }
    look(group[0]?.endMs as number);
    return moments.alarmedAtMs !== undefined;
  };
  const evidence = (): LogLatencyEvidence => ({
    treatmentCalls: sums.treatment,
    controlCalls: sums.control,
    ...(sums.pairs === 0 ? {} : { ratio: Math.exp(sums.difference / sums.pairs) }),
    ...(rho === undefined
      ? {}
      : { atLeast: Math.exp((sums.difference - mixtureBoundary(sums.variance, rho, alpha)) / sums.pairs) }),
    slower: logEvidence(),
    alarmAt,
    ...moments,
  });
  return { add, evidence };
}

interface MixtureSums {
  difference: number;
  variance: number;
  pairs: number;
  squares: number;
  freedom: number;
}

/** With one call in each arm there is no variance within the arms, and the row says nothing. */
function addRow(sums: MixtureSums, { treatment, control }: LatencyRow): void {
  const calls = treatment.calls + control.calls;
  if (calls < 3) return;
  const squares = squaresWithin(treatment) + squaresWithin(control);
  const pairs = (treatment.calls * control.calls) / calls;
  sums.squares += squares;
  sums.freedom += calls - 2;
  sums.difference += pairs * (treatment.logSum / treatment.calls - control.logSum / control.calls);
  sums.variance += (pairs * squares) / (calls - 2);
  sums.pairs += pairs;
}

/** Squared distances to the mean of the arm; rounding must not make them negative. */
function squaresWithin({ calls, logSum, logSquares }: LatencyArm): number {
  return Math.max(0, logSquares - logSum ** 2 / calls);
}
