import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import type { SyncService } from './sync.service.js';

export interface SyncWorkerParts {
  readonly sync: Pick<SyncService, 'sync' | 'idle'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly pollMs: number;
  /** In [0, 1); given so that tests know it. */
  readonly random: () => number;
}

/** The share of the period by which a poll may come early or late, so that many servers do not ask at once. */
const JITTER = 0.2;
/** A shutdown waits no longer for a run in progress; a run that is cut off publishes nothing or everything. */
const LONGEST_FAREWELL_MS = 1000;

/** Polls the source. The period counts from the end of one run to the beginning of the next. */
export class SyncWorker {
  private timer: Timer | undefined;
  private stopped = false;
  private failing = false;

  constructor(private readonly parts: SyncWorkerParts) {}

  /** Resolves after the first run, whatever came of it. */
  start(): Promise<void> {
    return this.poll();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    const { clock, sync } = this.parts;
    await new Promise<void>((resolve) => {
      const patience = clock.after(LONGEST_FAREWELL_MS, resolve);
      void sync.idle().then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  private async poll(): Promise<void> {
    try {
      await this.parts.sync.sync();
      if (this.failing) this.parts.log.info({}, 'the Git source can be reached again');
      this.failing = false;
    } catch (error) {
      if (this.stopped) return;
      // Said once, not every half minute of an outage.
      this.parts.log[this.failing || isOutage(error) ? 'debug' : 'warn'](
        { err: error },
        'sync failed; what is live stays',
      );
      this.failing = true;
    }
    if (this.stopped) return;
    const factor = 1 - JITTER + 2 * JITTER * this.parts.random();
    this.timer = this.parts.clock.after(this.parts.pollMs * factor, () => void this.poll());
  }
}
