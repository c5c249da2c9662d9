/** A clock that stands still until a test moves it. It has the shape of the server's `Clock` port. */
export interface FakeClock {
  nowMs(): number;
  elapsedMs(): number;
  after(delayMs: number, run: () => void): { cancel(): void };
  every(periodMs: number, run: () => void): { cancel(): void };
  /** Moves the time on and runs what falls due, in order; a timer set by a callback runs too if it falls due. */
  advance(byMs: number): void;
  /** Same, and lets promises that the callbacks started go on between any two of them. */
  advanceAsync(byMs: number): Promise<void>;
  /** Timers not yet run or cancelled: a test of shutdown wants 0. */
  pending(): number;
}

interface Due {
  atMs: number;
  readonly order: number;
  readonly periodMs: number | undefined;
  readonly run: () => void;
}

/** Starts at the given instant; the default is a Monday noon far from any change of year or summer time. */
export function fakeClock(startMs = Date.parse('2026-11-23T12:00:00Z')): FakeClock {
  let nowMs = startMs;
  let order = 0;
  const timers = new Set<Due>();

  function add(delayMs: number, periodMs: number | undefined, run: () => void): { cancel(): void } {
    const due: Due = { atMs: nowMs + Math.max(0, delayMs), order: order++, periodMs, run };
    timers.add(due);
    return { cancel: () => void timers.delete(due) };
  }

  function runNext(untilMs: number): boolean {
    let next: Due | undefined;
    for (const due of timers) {
      if (due.atMs > untilMs) continue;
      if (next === undefined || due.atMs < next.atMs || (due.atMs === next.atMs && due.order < next.order))
        next = due;
    }
    if (next === undefined) return false;
    nowMs = Math.max(nowMs, next.atMs);
    // A period of nothing would never let the clock get on.
    if (next.periodMs === undefined) timers.delete(next);
    else next.atMs += Math.max(1, next.periodMs);
    next.run();
    return true;
  }

  return {
    nowMs: () => nowMs,
    elapsedMs: () => nowMs - startMs,
    after: (delayMs, run) => add(delayMs, undefined, run),
    every: (periodMs, run) => add(periodMs, periodMs, run),
    advance(byMs) {
      const untilMs = nowMs + byMs;
      while (runNext(untilMs));
      nowMs = untilMs;
    },
    async advanceAsync(byMs) {
      const untilMs = nowMs + byMs;
      do await settle();
      while (runNext(untilMs));
      nowMs = untilMs;
      await settle();
    },
    pending: () => timers.size,
  };
}

/** Lets every promise that is already on its way come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((done) => setImmediate(done));
}
