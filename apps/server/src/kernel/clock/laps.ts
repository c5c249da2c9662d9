import type { Clock } from './clock.js';

/** How long each step of one piece of work took, in whole milliseconds by its name. */
export class Laps {
  private sinceMs: number;
  private readonly ended: { [step: string]: number } = {};

  constructor(private readonly clock: Pick<Clock, 'elapsedMs'>) {
    this.sinceMs = clock.elapsedMs();
  }

  /** Ends a step, which began when the one before ended. */
  end(step: string): void {
    const nowMs = this.clock.elapsedMs();
    this.ended[step] = Math.round(nowMs - this.sinceMs);
    this.sinceMs = nowMs;
  }

  steps(): { readonly [step: string]: number } {
    return { ...this.ended };
  }
}
