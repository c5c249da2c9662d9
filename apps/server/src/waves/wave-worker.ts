import type { Clock, Timer } from '../kernel/clock/index.js';
import type { Waves } from './waves.service.js';

/** Reports come every ten seconds, so looking twice as often loses no time. */
export const LOOK_MS = 5_000;

/** Looks at the waves again and again, one look at a time. */
export class WaveWorker {
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;

  constructor(private readonly parts: { readonly waves: Pick<Waves, 'look'>; readonly clock: Clock }) {}

  start(): void {
    this.#timer = this.parts.clock.every(LOOK_MS, () => {
      // A look that takes longer than the period is not joined by another.
      this.#looking ??= this.parts.waves.look().finally(() => {
        this.#looking = undefined;
      });
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#looking;
  }
}
