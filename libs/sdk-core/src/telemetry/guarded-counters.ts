import type { Comparison, SeatedAnswer } from '@guidon/engine/compile';
import type { Evaluation, EvaluationContext } from '@guidon/engine/model';
import { GUARDED_LIMITS, type GuardedCounts, TELEMETRY_LIMITS } from '@guidon/protocol';
import { ArmTally, type Outcome, type Use } from './arm-tally.js';
import { kindOf, Subjects } from './subjects.js';

/** What the counters held when they were read out. */
export type GuardedTally = Omit<GuardedCounts, 'ageMs' | 'lengthMs'>;

/** Flags of rollouts that are remembered of one request. */
const FLAGS_OF_REQUEST = 100;

/** An arm that a request met, and for whom. */
interface Met {
  readonly tally: ArmTally;
  readonly subject: string | number;
}

/**
 * Which arms a request has met so far, by flag; `mixed` where it met both of a flag, for several subjects: what comes of it says
 * nothing about either.
 */
export type RequestArms = Map<string, Met | 'mixed'>;

/** What became of an outcome, where somebody should know. */
export type Credit = 'fine' | 'outside' | 'says-nothing';

/**
 * Exposures and outcomes for the guards of rollouts. Flags without a rollout never come here, and one that has a rollout costs an
 * evaluation a look at its request. All of it is bounded: what has no room is counted as dropped.
 */
export class GuardedCounters {
  readonly #subjects = new Subjects();
  readonly #seen = new Set<string>();
  /** Outcomes that some guard looked at when it was met. */
  readonly #watched = new Set<string>();
  /** What is to be read, by name. */
  readonly #listed = new Map<string, ArmTally>();
  #uncredited = 0;
  #dropped = 0;

  constructor(private readonly limit: number = GUARDED_LIMITS.cells) {}

  /**
   * Somebody got an answer that puts them into an arm. The first time is the exposure.
   *
   * @param about.request what the request has met; absent: outside of any.
   */
  expose(
    flag: string,
    answer: Evaluation,
    about: { readonly context: EvaluationContext; readonly request: RequestArms | undefined },
  ): void {
    const { comparison } = (answer as SeatedAnswer).seat;
    const subject = comparison?.unitOf(about.context);
    if (comparison === undefined || subject === undefined) return;
    const met = about.request?.get(flag);
    const isKnown = met !== undefined && met !== 'mixed' && met.tally.comparison.arm === comparison.arm;
    if (isKnown && met.subject === subject) return;
    const tally = this.#at(flag, answer.generation, comparison);
    if (tally === undefined) return;
    if (this.#subjects.isNew(tally.kind, subject)) tally.exposures += 1;
    if (about.request === undefined || isKnown || met === 'mixed') return;
    if (met !== undefined) about.request.set(flag, 'mixed');
    else if (about.request.size < FLAGS_OF_REQUEST) about.request.set(flag, { tally, subject });
  }

  /** Credits an outcome to the arms that its request met before. */
  track(outcome: Outcome, request: RequestArms | undefined): Credit {
    const { name } = outcome;
    if (this.#seen.size < GUARDED_LIMITS.seen) this.#seen.add(name);
    if (request === undefined) {
      if (!this.#watched.has(name)) return 'fine';
      this.#uncredited += 1;
      return 'outside';
    }
    let credit: Credit = 'fine';
    for (const met of request.values()) {
      if (met === 'mixed') this.#uncredited += this.#watched.has(name) ? 1 : 0;
      else if (met.tally.looksAt(name) && this.#credit(met, outcome) === 'says-nothing') {
        this.#uncredited += 1;
        credit = 'says-nothing';
      }
    }
    return credit;
  }

  #credit({ tally, subject }: Met, outcome: Outcome): Use | undefined {
    const kind = () => kindOf(`${tally.flag}\n${outcome.name}\n`);
    return this.#listedOf(tally)?.credit(outcome, () => this.#subjects.addError(kind(), subject));
  }

  /** Reads the counts and begins anew; `undefined` when nothing was counted. */
  readOut(): GuardedTally | undefined {
    const cells = [...this.#listed.values()].flatMap((tally) => tally.readOut() ?? []);
    for (const tally of this.#listed.values()) tally.isListed = false;
    this.#listed.clear();
    const seen = [...this.#seen];
    const uncredited = Math.min(this.#uncredited, TELEMETRY_LIMITS.count);
    const dropped = Math.min(this.#dropped, TELEMETRY_LIMITS.count);
    this.#seen.clear();
    this.#uncredited = 0;
    this.#dropped = 0;
    const isEmpty = cells.length + seen.length + uncredited + dropped === 0;
    return isEmpty ? undefined : { cells, seen, uncredited, dropped };
  }

  /** The tally is kept at the comparison, so that it is looked up once for each report. */
  #at(flag: string, generation: number, comparison: Comparison): ArmTally | undefined {
    const kept = comparison.tally;
    if (kept instanceof ArmTally && kept.isListed) return kept;
    const tally = this.#listedOf(
      kept instanceof ArmTally ? kept : new ArmTally(flag, generation, comparison),
    );
    comparison.tally = tally ?? kept;
    return tally;
  }

  /** The one of its name that will be read; counted as dropped where there is no room. */
  #listedOf(tally: ArmTally): ArmTally | undefined {
    if (tally.isListed) return tally;
    const { name } = tally;
    const known = this.#listed.get(name);
    if (known !== undefined) return known;
    if (this.#listed.size >= this.limit) {
      this.#dropped += 1;
      return undefined;
    }
    tally.isListed = true;
    this.#listed.set(name, tally);
    const { failures = [], durations = [] } = tally.comparison.outcomes;
    for (const outcome of [...failures, ...durations])
      if (this.#watched.size < GUARDED_LIMITS.seen) this.#watched.add(outcome);
    return tally;
  }
}
