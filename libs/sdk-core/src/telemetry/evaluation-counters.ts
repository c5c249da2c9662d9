import type { Evaluation, EvaluationErrorCode } from '@guidon/engine/model';
import { type CountedError, OUTCOME_FORM, type OutcomeCounts, TELEMETRY_LIMITS } from '@guidon/protocol';
import { AnswerCounters } from './answer-counters.js';
import { GuardedCounters } from './guarded-counters.js';

/** What the counters held when they were read out. */
export interface Tally {
  readonly evaluations: number;
  readonly errors: { readonly [C in CountedError]?: number };
  readonly defaultsServed: number;
  readonly outcomes: readonly OutcomeCounts[];
}

/**
 * Counts of one client, added to in place: an evaluation that goes well pays for one addition and allocates nothing.
 * Whoever evaluates adds 1 to `evaluations` first and then calls at most one of the methods.
 */
export class EvaluationCounters {
  readonly answers = new AnswerCounters();
  readonly guarded = new GuardedCounters();
  evaluations = 0;
  defaultsServed = 0;
  #flagNotFound = 0;
  #typeMismatch = 0;
  #general = 0;
  #notReady = 0;
  #outcomes = new Map<string, { total: number; bad: number }>();

  /** The caller got its default: there was nothing to evaluate yet, no value, or one of another type. */
  missed(evaluation: Evaluation | undefined): void {
    this.defaultsServed += 1;
    if (evaluation === undefined) this.#notReady += 1;
    else if (evaluation.value === undefined) this.failed(evaluation.errorCode);
    // An evaluation counts as one error at most; this one was counted when it was made.
    else if (evaluation.reason !== 'ERROR') this.#typeMismatch += 1;
  }

  /** The answer is an error, though it has a value. */
  failed(errorCode: EvaluationErrorCode | undefined): void {
    if (errorCode === 'FLAG_NOT_FOUND') this.#flagNotFound += 1;
    else if (errorCode === 'TYPE_MISMATCH') this.#typeMismatch += 1;
    else this.#general += 1;
  }

  /**
   * One outcome of the application; more kinds than a report may hold, and names of another form, are not counted.
   *
   * @param isBad absent: it does not say, so it is no call that a wave could be judged by.
   */
  outcome(name: string, isBad: boolean | undefined): boolean {
    let counts = this.#outcomes.get(name);
    if (counts === undefined) {
      if (this.#outcomes.size >= TELEMETRY_LIMITS.outcomes || !OUTCOME_FORM.test(name)) return false;
      counts = { total: 0, bad: 0 };
      this.#outcomes.set(name, counts);
    }
    if (isBad === undefined) return true;
    counts.total += 1;
    if (isBad) counts.bad += 1;
    return true;
  }

  /** Reads the counts and begins anew; `undefined` when nothing was counted. */
  readOut(): Tally | undefined {
    const outcomes = [...this.#outcomes].flatMap(([outcome, { total, bad }]) =>
      total === 0 ? [] : [{ outcome, total, bad }],
    );
    if (this.evaluations === 0 && outcomes.length === 0) return undefined;
    const codes: readonly (readonly [CountedError, number])[] = [
      ['FLAG_NOT_FOUND', this.#flagNotFound],
      ['TYPE_MISMATCH', this.#typeMismatch],
      ['GENERAL', this.#general],
      ['PROVIDER_NOT_READY', this.#notReady],
    ];
    const errors = Object.fromEntries(codes.filter(([, count]) => count > 0));
    const { evaluations, defaultsServed } = this;
    this.evaluations = 0;
    this.defaultsServed = 0;
    this.#flagNotFound = 0;
    this.#typeMismatch = 0;
    this.#general = 0;
    this.#notReady = 0;
    // Names are kept for the next interval, so that counting them again allocates nothing.
    for (const counts of this.#outcomes.values()) {
      counts.total = 0;
      counts.bad = 0;
    }
    return { evaluations, errors, defaultsServed, outcomes };
  }
}
