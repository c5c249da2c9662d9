import { AsyncLocalStorage } from 'node:async_hooks';
import type { Evaluation, EvaluationContext } from '@guidon/engine/model';
import type { EvaluationCounters, RequestArms } from '@guidon/sdk-core';

/** How one call went; what OpenFeature calls tracking event details. */
export interface TrackingDetails {
  /** How long it took, in ms. */
  readonly value?: number | undefined;
  /** Whether it failed. */
  readonly failed?: boolean | undefined;
  readonly [name: string]: unknown;
}

/**
 * Exposures and outcomes of one client, brought together by request. A request is what runs within `request`, told by Node's
 * asynchronous context, so that an outcome is credited to what its own request was answered before, and to nothing else.
 */
export class Outcomes {
  readonly #counters: EvaluationCounters;
  readonly #requests = new AsyncLocalStorage<RequestArms>();
  readonly #warn: (sentence: string) => void;
  readonly #warned = new Set<string>();

  constructor(counters: EvaluationCounters, warn: (sentence: string) => void) {
    this.#counters = counters;
    this.#warn = warn;
  }

  request<T>(work: () => T): T {
    return this.#requests.run(new Map(), work);
  }

  /** Somebody got an answer of a rollout. */
  expose(key: string, answer: Evaluation, context: EvaluationContext): void {
    this.#counters.guarded.expose(key, answer, { context, request: this.#requests.getStore() });
  }

  track(name: string, details: TrackingDetails | undefined): void {
    const { failed, value } = read(details);
    const isCounted = typeof name === 'string' && this.#counters.outcome(name, failed);
    if (!isCounted) {
      this.#warnOnce(
        'name',
        `The outcome ${typeof name === 'string' ? JSON.stringify(name) : typeof name} is not counted: names look like "http.error", and there may be 16 of them.`,
      );
      return;
    }
    const outcome = { name, failed, durationMs: value };
    const credit = this.#counters.guarded.track(outcome, this.#requests.getStore());
    if (credit === 'outside')
      this.#warnOnce(
        credit,
        `The outcome ${name} is one that a rollout is guarded by, but it was tracked outside of a request, so nobody can tell what it came of. Run requests within \`request\` or behind \`middleware()\`.`,
      );
    if (credit === 'says-nothing')
      this.#warnOnce(
        credit,
        `The outcome ${name} was tracked without what a rollout is guarded by: say \`failed\` (true or false) for failures, and \`value\` (in ms) for durations.`,
      );
  }

  #warnOnce(about: string, sentence: string): void {
    if (this.#warned.has(about)) return;
    this.#warned.add(about);
    this.#warn(sentence);
  }
}

/** Details may come from anywhere: what is no boolean and no length of time counts as not said. */
function read(details: unknown): { failed: boolean | undefined; value: number | undefined } {
  try {
    const { failed, value } = Object(details) as TrackingDetails;
    return {
      failed: typeof failed === 'boolean' ? failed : undefined,
      value: typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined,
    };
  } catch {
    return { failed: undefined, value: undefined };
  }
}
