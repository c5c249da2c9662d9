import { armOf } from '@guidon/engine/compile';
import { createEvaluator } from '@guidon/engine/evaluate';
import type { Evaluation, EvaluationContext, JsonValue } from '@guidon/engine/model';
import type { EvaluationCounters, FlagSync, RulesetHolder, SyncStatus } from '@guidon/sdk-core';
import { type ClientListeners, tell } from './client-listeners.js';
import { type Details, detailsOf, isOfType } from './details.js';
import { isDuration } from './options.js';
import { Outcomes, type TrackingDetails } from './outcomes.js';

export type ClientStatus = SyncStatus;

interface ClientOptions {
  readonly initTimeoutMs: number;
  readonly onClose: () => void;
  readonly warn: (sentence: string) => void;
}

const EVALUATOR = createEvaluator(Date.now);

/**
 * Evaluates flags in this process: synchronously, without I/O, and whatever happens with an answer. No call throws.
 * Objects that it returns are frozen, because everybody gets the same one.
 */
export class GuidonClient {
  readonly #sync: FlagSync;
  readonly #holder: RulesetHolder;
  readonly #counters: EvaluationCounters;
  readonly #outcomes: Outcomes;
  readonly #initTimeoutMs: number;
  readonly #waiting = new Set<() => void>();
  readonly #onClose: () => void;

  /** Use `createGuidon`. */
  constructor(sync: FlagSync, options: ClientOptions) {
    this.#sync = sync;
    this.#holder = sync.holder;
    this.#counters = sync.counters;
    this.#outcomes = new Outcomes(sync.counters, options.warn);
    this.#initTimeoutMs = options.initTimeoutMs;
    this.#onClose = options.onClose;
  }

  /** The value of a boolean flag, or `fallback` when there is none or the flag has another type. */
  boolean(key: string, context: EvaluationContext, fallback: boolean): boolean {
    const evaluation = this.#evaluate(key, context);
    const value = evaluation?.value;
    if (typeof value === 'boolean') return value;
    this.#counters.missed(evaluation);
    return fallback;
  }

  string(key: string, context: EvaluationContext, fallback: string): string {
    const evaluation = this.#evaluate(key, context);
    const value = evaluation?.value;
    if (typeof value === 'string') return value;
    this.#counters.missed(evaluation);
    return fallback;
  }

  number(key: string, context: EvaluationContext, fallback: number): number {
    const evaluation = this.#evaluate(key, context);
    const value = evaluation?.value;
    if (typeof value === 'number') return value;
    this.#counters.missed(evaluation);
    return fallback;
  }

  /** The value of an object flag, frozen. That it has the shape of `T` is your claim. */
  object<T extends JsonValue>(key: string, context: EvaluationContext, fallback: T): T {
    const evaluation = this.#evaluate(key, context);
    const value = evaluation?.value;
    if (typeof value === 'object' && value !== null) return value as T;
    this.#counters.missed(evaluation);
    return fallback;
  }

  /** The value with variant, reason, error, and where the data comes from. The type wanted is that of `fallback`. */
  details<T extends JsonValue>(key: string, context: EvaluationContext, fallback: T): Details<T> {
    return detailsOf({
      key,
      fallback,
      evaluation: this.evaluation(key, context, typeof fallback),
      status: this.#sync.status(),
    });
  }

  /**
   * The engine's own answer, the same frozen object each time; `undefined` while there is nothing to evaluate. Name the
   * type that is wanted, as `typeof` does, to have an answer of another type counted as a mismatch.
   */
  evaluation(key: string, context: EvaluationContext, type?: string): Evaluation | undefined {
    const evaluation = this.#evaluate(key, context);
    const value = evaluation?.value;
    if (value === undefined || (type !== undefined && !isOfType(value, type)))
      this.#counters.missed(evaluation);
    return evaluation;
  }

  /**
   * Counts one outcome of the application, such as a request that was served or failed: `outcome('http.error', failed)`; the
   * same as `track('http.error', {}, { failed })`.
   * A wave whose instances have a worse share of bad ones than the others is taken back. Only counts leave the process.
   * The name is lower-case, of at most 64 letters, digits and `_.-`; at most 16 names are counted.
   */
  outcome(name: string, isBad: boolean): void {
    this.#outcomes.track(name, { failed: isBad });
  }

  /**
   * Says how one call went: `track('http.error', context, { failed })`, `track('http.latency', context, { value: durationMs })`,
   * or both in one. It is credited to what rollouts answered before it in the same request, see `request`, and to whom they
   * answered; the context is there for OpenFeature's sake and not looked at. Only counts leave the process. Never throws.
   */
  track(name: string, _context?: EvaluationContext, details?: TrackingDetails): void {
    this.#outcomes.track(name, details);
  }

  /**
   * Runs a piece of work, a request or a job, as the scope in which outcomes are credited: everything that `work` does, awaits or
   * starts is within. Returns what `work` returns.
   */
  request<T>(work: () => T): T {
    return this.#outcomes.request(work);
  }

  /**
   * `request` for web frameworks: Express, Connect and Nest take it in `use`, Fastify as a hook, `addHook('preHandler', …)`. Put it
   * behind what reads bodies.
   */
  middleware(): (request: unknown, response: unknown, next: () => void) => void {
    return (_request, _response, next) => this.#outcomes.request(next);
  }

  /**
   * Waits until it is decided what the start brought: current data, older data, or nothing. Never rejects, and never
   * takes longer than `timeoutMs`. While it waits the process stays alive.
   */
  ready(timeoutMs: number = this.#initTimeoutMs): Promise<ClientStatus> {
    if (this.status().state !== 'starting') return Promise.resolve(this.status());
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        unsubscribe();
        this.#waiting.delete(finish);
        resolve(this.status());
      };
      const timer = setTimeout(finish, isDuration(timeoutMs) ? timeoutMs : this.#initTimeoutMs);
      const unsubscribe = this.#sync.subscribe((event) => {
        if (event.type !== 'change') finish();
      });
      this.#waiting.add(finish);
    });
  }

  status(): ClientStatus {
    return this.#sync.status();
  }

  /** Listens. Returns what ends it. */
  on<E extends keyof ClientListeners>(event: E, listener: ClientListeners[E]): () => void {
    return this.#sync.subscribe((happened) => {
      if (happened.type === event) tell(happened, listener);
    });
  }

  /** Every evaluation comes by here: it pays for two additions and a look-up, and nothing is allocated. */
  #evaluate(key: string, context: EvaluationContext): Evaluation | undefined {
    const counters = this.#counters;
    counters.evaluations += 1;
    const { view } = this.#holder;
    if (view === undefined) return undefined;
    try {
      const evaluation = EVALUATOR.details(view, key, context);
      if (evaluation.reason === 'ERROR' && evaluation.value !== undefined)
        counters.failed(evaluation.errorCode);
      counters.answers.count(key, evaluation);
      if (armOf(evaluation) !== undefined) this.#outcomes.expose(key, evaluation, context);
      return evaluation;
    } catch {
      return view.notFound;
    }
  }

  /**
   * Ends the connection and writes what is new to the disk. No timer, socket or listener is left; evaluation goes on with
   * what is held.
   */
  close(): void {
    if (this.status().state === 'closed') return;
    this.#sync.stop();
    for (const finish of [...this.#waiting]) finish();
    this.#onClose();
  }
}
