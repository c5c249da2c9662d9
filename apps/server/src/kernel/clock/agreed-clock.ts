import type { Clock, Timer } from './clock.js';

/** What the database said the time was, and when it was asked by the monotonic clock of this process. */
export interface TimeReading {
  readonly askedElapsedMs: number;
  readonly answeredElapsedMs: number;
  /** The database's clock at some moment between the two, milliseconds since the epoch. */
  readonly databaseMs: number;
}

/**
 * The one time that all servers of a database agree on: the database's. Between two readings it goes on by the monotonic
 * clock of this process, so that a step of the host's clock changes nothing. Without any reading it is the host's own: so
 * with the embedded database, where nobody has to agree, and while PostgreSQL was never reached.
 */
export class AgreedClock implements Clock {
  /** The agreed time less the monotonic time of this process. */
  private aheadMs: number | undefined;

  constructor(private readonly own: Clock) {}

  nowMs(): number {
    return this.aheadMs === undefined ? this.own.nowMs() : Math.round(this.own.elapsedMs() + this.aheadMs);
  }

  elapsedMs(): number {
    return this.own.elapsedMs();
  }

  after(delayMs: number, run: () => void): Timer {
    return this.own.after(delayMs, run);
  }

  every(periodMs: number, run: () => void): Timer {
    return this.own.every(periodMs, run);
  }

  /**
   * Takes a reading over, and moves the time by no more than the reading demands: it is as exact as its answer was quick,
   * so that a slow one never makes worse what a quick one said.
   */
  take({ askedElapsedMs, answeredElapsedMs, databaseMs }: TimeReading): void {
    const least = databaseMs - answeredElapsedMs;
    const most = databaseMs - askedElapsedMs;
    const before = this.aheadMs ?? (least + most) / 2;
    this.aheadMs = Math.min(most, Math.max(least, before));
  }

  /** By how much the host's own clock is ahead of the agreed time; negative where it is behind. */
  hostAheadMs(): number {
    return this.own.nowMs() - this.nowMs();
  }
}
