import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage } from '../kernel/database/index.js';
import type { Leadership } from '../kernel/leadership/index.js';
import type { Log } from '../kernel/log/index.js';
import type { SyncBoard } from './sync-board.js';
import type { SyncRunner, SyncTrigger } from './sync-runner.js';

export interface SyncWorkerParts {
  readonly runner: Pick<SyncRunner, 'run' | 'idle' | 'isDue'>;
  readonly board: Pick<SyncBoard, 'read' | 'onNews'>;
  readonly leadership: Pick<Leadership, 'isLeader' | 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pollMs: number;
  /** In [0, 1); given so that tests know it. */
  readonly random: () => number;
}

/** The share of the period by which a poll may come early or late, so that many servers do not ask at once. */
const JITTER = 0.2;
/** Repairs what a lost signal left behind. */
const LOOK_MS = 2_000;
/** A shutdown waits no longer for a run in progress; a run that is cut off publishes nothing or everything. */
const LONGEST_FAREWELL_MS = 1000;

/**
 * While this server leads: runs a sync when it begins to lead, when anybody wants one, and once in a period counted from
 * the end of one poll to the beginning of the next. Requests that come while one runs are served by one more run together.
 */
export class SyncWorker {
  private timer: Timer | undefined;
  private stops: (() => void)[] = [];
  private stopped = false;
  private failing = false;
  private looking = false;
  private lookAgain = false;

  constructor(private readonly parts: SyncWorkerParts) {}

  /** Resolves after the first run if this server leads already, whatever came of it. */
  async start(): Promise<void> {
    const { leadership, board, clock } = this.parts;
    const repair = clock.every(LOOK_MS, () => void this.look());
    this.stops = [
      leadership.onChange((leads) => (leads ? void this.poll() : this.timer?.cancel())),
      board.onNews(() => void this.look()),
      () => repair.cancel(),
    ];
    await this.poll();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    for (const stop of this.stops.splice(0)) stop();
    const { clock, runner } = this.parts;
    await new Promise<void>((resolve) => {
      const patience = clock.after(LONGEST_FAREWELL_MS, resolve);
      void runner.idle().then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  private acts(): boolean {
    return !this.stopped && this.parts.leadership.isLeader();
  }

  private async poll(): Promise<void> {
    this.timer?.cancel();
    if (!this.acts()) return;
    await this.attempt('poll');
    if (!this.acts()) return;
    this.timer?.cancel();
    const factor = 1 - JITTER + 2 * JITTER * this.parts.random();
    this.timer = this.parts.clock.after(this.parts.pollMs * factor, () => void this.poll());
  }

  /** Runs until nobody wants a sync that has not been served, and nothing held is due to be judged once more. */
  private async look(): Promise<void> {
    if (!this.acts()) return;
    this.lookAgain = true;
    if (this.looking) return;
    this.looking = true;
    while (this.lookAgain && this.acts()) {
      this.lookAgain = false;
      const trigger = await this.whatIsDue();
      if (trigger !== undefined) await this.attempt(trigger);
    }
    this.looking = false;
  }

  private async whatIsDue(): Promise<SyncTrigger | undefined> {
    try {
      const { wanted, done } = await this.parts.board.read();
      if (wanted > done) return 'asked';
      return (await this.parts.runner.isDue()) ? 'poll' : undefined;
    } catch (error) {
      this.parts.log.debug({ err: error }, 'whether anybody wants a sync could not be read');
      return undefined;
    }
  }

  private async attempt(trigger: SyncTrigger): Promise<void> {
    const { runner, log } = this.parts;
    try {
      await runner.run(trigger);
      if (this.failing) log.info({}, 'the Git source can be reached again');
      this.failing = false;
    } catch (error) {
      if (this.stopped) return;
      // Said once, not every half minute of an outage.
      const level = this.failing || isOutage(error) ? 'debug' : 'warn';
      log[level]({ err: error }, 'sync failed; what is live stays');
      this.failing = true;
    }
  }
}
