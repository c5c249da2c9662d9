import { createEvaluator } from '@guidon/engine/evaluate';
import type { Evaluation, EvaluationContext, JsonValue } from '@guidon/engine/model';
import type { FlagSync, RulesetHolder, SyncEvent, SyncStatus } from '@guidon/sdk-core';
import { type Details, detailsOf } from './details.js';
import { isDuration } from './options.js';

export type ClientStatus = SyncStatus;

export interface ClientListeners {
  /** Flags whose answers may differ from before. */
  change: (flags: readonly string[]) => void;
  /** The data is current (again). */
  ready: () => void;
  /** The server cannot be reached; what is held goes on being served. */
  stale: (sentence: string | undefined) => void;
  /** Stale for too long, or nothing to serve but coded defaults. */
  error: (sentence: string | undefined) => void;
}

const EVALUATOR = createEvaluator(Date.now);

/**
 * Evaluates flags in this process: synchronously, without I/O, and whatever happens with an answer. No call throws.
 * Objects that it returns are frozen, because everybody gets the same one.
 */
export class GuidonClient {
  readonly #sync: FlagSync;
  readonly #holder: RulesetHolder;
  readonly #initTimeoutMs: number;
  readonly #waiting = new Set<() => void>();
  readonly #onClose: () => void;

  /** Use `createGuidon`. */
  constructor(sync: FlagSync, options: { readonly initTimeoutMs: number; readonly onClose: () => void }) {
    this.#sync = sync;
    this.#holder = sync.holder;
    this.#initTimeoutMs = options.initTimeoutMs;
    this.#onClose = options.onClose;
  }

  /** The value of a boolean flag, or `fallback` when there is none or the flag has another type. */
  boolean(key: string, context: EvaluationContext, fallback: boolean): boolean {
    const { view } = this.#holder;
    if (view === undefined) return fallback;
    try {
      return EVALUATOR.boolean(view, key, context, fallback);
    } catch {
      return fallback;
    }
  }

  string(key: string, context: EvaluationContext, fallback: string): string {
    const { view } = this.#holder;
    if (view === undefined) return fallback;
    try {
      return EVALUATOR.string(view, key, context, fallback);
    } catch {
      return fallback;
    }
  }

  number(key: string, context: EvaluationContext, fallback: number): number {
    const { view } = this.#holder;
    if (view === undefined) return fallback;
    try {
      return EVALUATOR.number(view, key, context, fallback);
    } catch {
      return fallback;
    }
  }

  /** The value of an object flag, frozen. That it has the shape of `T` is your claim. */
  object<T extends JsonValue>(key: string, context: EvaluationContext, fallback: T): T {
    const { view } = this.#holder;
    if (view === undefined) return fallback;
    try {
      return EVALUATOR.object(view, key, context, fallback);
    } catch {
      return fallback;
    }
  }

  /** The value with variant, reason, error, and where the data comes from. The type wanted is that of `fallback`. */
  details<T extends JsonValue>(key: string, context: EvaluationContext, fallback: T): Details<T> {
    return detailsOf({
      key,
      fallback,
      evaluation: this.evaluation(key, context),
      status: this.#sync.status(),
    });
  }

  /** The engine's own answer, the same frozen object each time; `undefined` while there is nothing to evaluate. */
  evaluation(key: string, context: EvaluationContext): Evaluation | undefined {
    const { view } = this.#holder;
    if (view === undefined) return undefined;
    try {
      return EVALUATOR.details(view, key, context);
    } catch {
      return view.notFound;
    }
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

  /**
   * Ends the connection and writes the last snapshot. No timer, socket or listener is left; evaluation goes on with
   * what is held.
   */
  close(): void {
    if (this.status().state === 'closed') return;
    this.#sync.stop();
    for (const finish of [...this.#waiting]) finish();
    this.#onClose();
  }
}

function tell(event: SyncEvent, listener: (about: never) => void): void {
  const about = event.type === 'change' ? event.flags : event.type === 'ready' ? undefined : event.sentence;
  listener(about as never);
}
