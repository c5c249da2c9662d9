import {
  COUNTED_ERRORS,
  type CountedError,
  type EvaluationCounts,
  type OutcomeCounts,
  type RulesetMark,
  TELEMETRY_LIMITS,
} from '@guidon/protocol';
import type { Tally } from './evaluation-counters.js';

interface Interval extends Tally {
  readonly ruleset: RulesetMark | undefined;
  readonly beganMs: number;
  readonly endedMs: number;
}

/**
 * The intervals that no report has brought home yet, oldest first and at most as many as a report may hold. A repeated
 * report has the same number and the same intervals in the same places, perhaps with more behind them, so that a server
 * which got the first attempt after all counts none of them twice.
 */
export class CountLog {
  /** The number of the next report, or of the one that is being repeated. */
  sequence = 1;
  /** Evaluations and outcomes that were thrown away since the last report that got through. */
  dropped = 0;
  #intervals: Interval[] = [];
  /** How many of the intervals were in an attempt. */
  #attempted = 0;

  /** Adds an interval; joins it to the last one where nothing tells them apart and no server can know the last one. */
  add(interval: Interval): void {
    const last = this.#intervals.at(-1);
    if (
      last !== undefined &&
      this.#intervals.length > this.#attempted &&
      isSame(last.ruleset, interval.ruleset)
    ) {
      const joined = join(last, interval);
      if (joined.outcomes.length <= TELEMETRY_LIMITS.outcomes) {
        this.#intervals[this.#intervals.length - 1] = joined;
        return;
      }
    }
    if (this.#intervals.length >= TELEMETRY_LIMITS.counts) this.discard();
    this.#intervals.push(interval);
  }

  /** What the report says now. From here on the intervals keep their places. */
  attempt(nowMs: number): readonly EvaluationCounts[] {
    const oldest = this.#intervals[0];
    // Long sleeps make intervals that no server takes; one of them would have the whole report refused for ever.
    if (oldest !== undefined && nowMs - oldest.beganMs > TELEMETRY_LIMITS.ageMs / 2) this.discard();
    this.#attempted = this.#intervals.length;
    return this.#intervals.map((interval) => toCounts(interval, nowMs));
  }

  /** The report with the intervals of the last attempt got through. */
  accepted(): void {
    this.#intervals = this.#intervals.slice(this.#attempted);
    this.#attempted = 0;
    this.sequence += 1;
    this.dropped = 0;
  }

  /** Throws everything away, and says how much. What was attempted may have got through, so it gets no second number. */
  discard(): void {
    for (const { evaluations, outcomes } of this.#intervals)
      this.dropped += evaluations + outcomes.reduce((sum, { total }) => sum + total, 0);
    this.dropped = Math.min(this.dropped, TELEMETRY_LIMITS.count);
    this.#intervals = [];
    this.#attempted = 0;
    this.sequence += 1;
  }
}

function toCounts(interval: Interval, nowMs: number): EvaluationCounts {
  const { ruleset, beganMs, endedMs, evaluations, errors, defaultsServed, outcomes } = interval;
  return {
    ...(ruleset === undefined ? {} : { ruleset }),
    ageMs: Math.max(0, nowMs - endedMs),
    lengthMs: Math.max(0, endedMs - beganMs),
    evaluations,
    errors,
    defaultsServed,
    ...(outcomes.length === 0 ? {} : { outcomes }),
  };
}

function join(a: Interval, b: Interval): Interval {
  return {
    ruleset: a.ruleset,
    beganMs: a.beganMs,
    endedMs: b.endedMs,
    evaluations: a.evaluations + b.evaluations,
    defaultsServed: a.defaultsServed + b.defaultsServed,
    errors: addErrors(a.errors, b.errors),
    outcomes: addOutcomes(a.outcomes, b.outcomes),
  };
}

function addErrors(a: Tally['errors'], b: Tally['errors']): Tally['errors'] {
  const sums: { [C in CountedError]?: number } = {};
  for (const code of COUNTED_ERRORS) {
    const sum = (a[code] ?? 0) + (b[code] ?? 0);
    if (sum > 0) sums[code] = sum;
  }
  return sums;
}

function addOutcomes(a: readonly OutcomeCounts[], b: readonly OutcomeCounts[]): readonly OutcomeCounts[] {
  const sums = new Map<string, OutcomeCounts>();
  for (const { outcome, total, bad } of [...a, ...b]) {
    const before = sums.get(outcome);
    sums.set(outcome, { outcome, total: total + (before?.total ?? 0), bad: bad + (before?.bad ?? 0) });
  }
  return [...sums.values()];
}

function isSame(a: RulesetMark | undefined, b: RulesetMark | undefined): boolean {
  return a?.lineage === b?.lineage && a?.generation === b?.generation && a?.hash === b?.hash;
}
