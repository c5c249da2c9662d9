import type { Comparison } from '@guidon/engine/compile';
import {
  bucketOf,
  GUARDED_LIMITS,
  type GuardedCell,
  type GuardedOutcome,
  SHORTEST_DURATION_MS,
} from '@guidon/protocol';
import { kindOf } from './subjects.js';

/** What an application says of one call. */
export interface Outcome {
  readonly name: string;
  /** Absent: it does not say. */
  readonly failed?: boolean | undefined;
  readonly durationMs?: number | undefined;
}

interface OutcomeSums {
  calls: number;
  errors: number;
  errorSquares: number;
  logSum: number;
  logSquares: number;
  readonly buckets: Map<number, number>;
}

/** Whether guards can use what was said of a call. */
export type Use = 'counted' | 'unguarded' | 'says-nothing';

/** What is counted of one arm of one rollout, with one generation. */
export class ArmTally {
  exposures = 0;
  /** It will be read out. */
  isListed = false;
  /** The kind of its exposures, among subjects. */
  readonly kind: number;
  readonly #sums = new Map<string, OutcomeSums>();

  constructor(
    readonly flag: string,
    readonly generation: number,
    readonly comparison: Comparison,
  ) {
    this.kind = kindOf(`${flag}\n${comparison.arm}\n${comparison.stratum}\n`);
  }

  /** Tells it apart from all others of a client. */
  get name(): string {
    return `${this.flag} ${this.generation} ${this.comparison.arm}`;
  }

  looksAt(name: string): boolean {
    const { failures, durations } = this.comparison.outcomes;
    return failures?.includes(name) === true || durations?.includes(name) === true;
  }

  /**
   * Credits one call to the arm.
   *
   * @param growth says, for an error, by how much the sum of squares grows.
   */
  credit(outcome: Outcome, growth: () => number): Use {
    const { failures, durations } = this.comparison.outcomes;
    const asksFailed = failures?.includes(outcome.name) === true;
    const asksLength = durations?.includes(outcome.name) === true;
    if (!asksFailed && !asksLength) return 'unguarded';
    const failed = asksFailed ? failedOf(outcome) : undefined;
    const durationMs = asksLength ? outcome.durationMs : undefined;
    // A call of which the half that a guard asks for is not known would look healthier than it was.
    if ((asksFailed && failed === undefined) || (asksLength && durationMs === undefined))
      return 'says-nothing';
    const sums = this.#sumsOf(outcome.name);
    if (sums === undefined) return 'unguarded';
    sums.calls += 1;
    if (failed === true) {
      sums.errors += 1;
      sums.errorSquares += growth();
    }
    if (durationMs !== undefined) addDuration(sums, durationMs);
    return 'counted';
  }

  /** Reads the counts and begins anew; `undefined` when nothing was counted. */
  readOut(): GuardedCell | undefined {
    const { flag, generation, exposures } = this;
    const { arm } = this.comparison;
    const outcomes = [...this.#sums].map(
      ([outcome, { buckets, ...sums }]): GuardedOutcome => ({
        ...{ outcome, ...sums },
        buckets: [...buckets].sort(([a], [b]) => a - b),
      }),
    );
    this.exposures = 0;
    this.#sums.clear();
    if (exposures === 0 && outcomes.length === 0) return undefined;
    return { flag, generation, arm, exposures, outcomes };
  }

  #sumsOf(name: string): OutcomeSums | undefined {
    const known = this.#sums.get(name);
    if (known !== undefined) return known;
    if (this.#sums.size >= GUARDED_LIMITS.outcomes) return undefined;
    const made = { calls: 0, errors: 0, errorSquares: 0, logSum: 0, logSquares: 0, buckets: new Map() };
    this.#sums.set(name, made);
    return made;
  }
}

/** `failed` says it; where it is absent, a value of 0 or 1 does, as other tools have it. */
function failedOf({ failed, durationMs: value }: Outcome): boolean | undefined {
  if (failed !== undefined) return failed;
  return value === 0 ? false : value === 1 ? true : undefined;
}

function addDuration(sums: OutcomeSums, durationMs: number): void {
  const log = Math.log(Math.min(Math.max(durationMs, SHORTEST_DURATION_MS), GUARDED_LIMITS.durationMs));
  sums.logSum += log;
  sums.logSquares += log * log;
  const bucket = bucketOf(durationMs);
  sums.buckets.set(bucket, (sums.buckets.get(bucket) ?? 0) + 1);
}
