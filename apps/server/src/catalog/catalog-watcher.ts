import type { Clock, Timer } from '../kernel/clock/index.js';
import { type ChangeSignal, isOutage } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import type { CatalogService } from './catalog.service.js';
import type { KillLedger } from './kill-ledger.js';

/** Repairs what a lost signal left behind. */
const POLL_MS = 2000;

export interface CatalogWatcherParts {
  readonly catalog: Pick<CatalogService, 'refresh'>;
  readonly ledger: Pick<KillLedger, 'refresh'>;
  readonly signal: ChangeSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** Re-reads the database when it is woken and every two seconds besides: kills first, and never behind a load. */
export class CatalogWatcher {
  private readonly kills: Coalesced;
  private readonly rulesets: Coalesced;
  private stops: (() => void)[] = [];

  constructor(private readonly parts: CatalogWatcherParts) {
    this.kills = new Coalesced(() => this.attempt('kills', () => parts.ledger.refresh()));
    this.rulesets = new Coalesced(() => this.attempt('rulesets', () => parts.catalog.refresh()));
  }

  /** Resolves after the first look, also when the database was away. */
  async start(): Promise<void> {
    const timer: Timer = this.parts.clock.every(POLL_MS, () => this.wake());
    this.stops = [this.parts.signal.subscribe(() => this.wake()), () => timer.cancel()];
    await this.kills.run();
    await this.rulesets.run();
  }

  /** Resolves when nothing of this is running any more. */
  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0)) stop();
    await Promise.all([this.kills.idle(), this.rulesets.idle()]);
  }

  private wake(): void {
    void this.kills.run();
    void this.rulesets.run();
  }

  /** With the database away this replica goes on with what it has in memory. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.parts.log[isOutage(error) ? 'debug' : 'warn'](
        { err: error, what },
        'the catalog could not be re-read; what is live stays',
      );
    }
  }
}

/** Runs work once at a time; whoever asks while it runs gets one more run afterwards, together with all who asked. */
class Coalesced {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly work: () => Promise<void>) {}

  run(): Promise<void> {
    if (this.running === undefined) return this.begin();
    this.next ??= this.running.then(() => this.begin());
    return this.next;
  }

  async idle(): Promise<void> {
    await (this.next ?? this.running);
  }

  private begin(): Promise<void> {
    this.next = undefined;
    this.running = this.work().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }
}
