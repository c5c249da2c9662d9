import type { Clock, Timer } from '../kernel/clock/index.js';
import type { RolloutLooks } from './rollout-looks.js';
import { LOOK_MS } from './rollout-observer.js';

/** Looks at the rollouts again and again, one look at a time. */
export class RolloutWorker {
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    private readonly parts: { readonly looks: Pick<RolloutLooks, 'look'>; readonly clock: Clock },
  ) {}

  start(): void {
    this.#timer = this.parts.clock.every(LOOK_MS, () => void this.look());
  }

  /** A look that takes longer than the period is not joined by another. */
  look(): Promise<void> {
    this.#looking ??= this.parts.looks.look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Resolves when the look that is under way, if any, is over. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#looking;
  }
}
