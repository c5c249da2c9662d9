import type { Clock } from '../clock/index.js';

/** Whether the database answers, as seen by whatever talked to it last. */
export class DatabaseState {
  private lastAnswerMs: number | undefined;
  private down = true;

  constructor(private readonly clock: Clock) {}

  answered(): void {
    this.lastAnswerMs = this.clock.elapsedMs();
    this.down = false;
  }

  failed(): void {
    this.down = true;
  }

  isUp(): boolean {
    return !this.down;
  }

  /** Whole seconds since the database last answered; `undefined` when it never did. */
  silentSeconds(): number | undefined {
    if (this.lastAnswerMs === undefined) return undefined;
    return Math.floor((this.clock.elapsedMs() - this.lastAnswerMs) / 1000);
  }
}
