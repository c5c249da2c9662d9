/** Time as a port: nobody in the server calls `Date.now()` or sets a timer except through this. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Monotonic milliseconds, for durations. */
  elapsedMs(): number;
  /** Calls back once; the timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
  /** Calls back again and again; the timer does not keep the process alive. */
  every(periodMs: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Injection token. What it gives is an `AgreedClock`: times of several servers can be compared. */
export const CLOCK = Symbol('Clock');
