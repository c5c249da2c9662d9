import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';

const FLUSH_MS = 2_000;
/** How often what is old is removed. */
export const CLEAN_UP_MS = 600_000;
const LONGEST_FAREWELL_MS = 1_000;

export interface FlushParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
}

type Manager = Parameters<Parameters<Transactions['run']>[0]>[0];

/** What waits in memory, and how it is stored. */
export interface FlushWork<Portion> {
  /** What is stored, for the log: "counts", "usage". */
  readonly what: string;
  /** Takes out the oldest; `undefined` when there is nothing. */
  take(): Portion | undefined;
  /** Puts back what could not be stored. */
  putBack(portion: Portion): void;
  /** The database refused it: it is gone, and should be counted. */
  lose(portion: Portion): void;
  /** In one transaction, which may be repeated. */
  store(manager: Manager, portion: Portion): Promise<void>;
  /** Removes what is old, in one transaction. */
  removeOld(manager: Manager, nowMs: number): Promise<void>;
}

/**
 * Brings what came in into the database, in portions, every two seconds. With the database away all of it waits; what the
 * database refuses is thrown away, since trying the same rows for ever would keep everything behind them out.
 */
export class FlushLoop<Portion> {
  #timers: Timer[] = [];
  #flushing: Promise<boolean> | undefined;
  #failing = false;

  constructor(
    private readonly parts: FlushParts,
    private readonly work: FlushWork<Portion>,
  ) {}

  start(): void {
    const { clock } = this.parts;
    this.#timers = [
      clock.every(FLUSH_MS, () => void this.flush()),
      clock.every(CLEAN_UP_MS, () => void this.cleanUp()),
    ];
  }

  /** Stores what is there, if the database takes it soon. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    await new Promise<void>((resolve) => {
      const patience = this.parts.clock.after(LONGEST_FAREWELL_MS, resolve);
      void this.flush().then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  /** Stores everything that came in so far; never throws. Says whether it is all stored. */
  async flush(): Promise<boolean> {
    while (this.#flushing !== undefined) await this.#flushing;
    this.#flushing = this.#storeAll();
    try {
      return await this.#flushing;
    } finally {
      this.#flushing = undefined;
    }
  }

  async cleanUp(): Promise<void> {
    const { transactions, clock, log } = this.parts;
    const nowMs = clock.nowMs();
    try {
      await transactions.run((manager) => this.work.removeOld(manager, nowMs));
    } catch (error) {
      log.debug({ err: error }, `old ${this.work.what} could not be removed; trying again later`);
    }
  }

  async #storeAll(): Promise<boolean> {
    const { transactions, log } = this.parts;
    const { work } = this;
    for (let portion = work.take(); portion !== undefined; portion = work.take()) {
      const taken = portion;
      try {
        await transactions.run((manager) => work.store(manager, taken));
        this.#failing = false;
      } catch (error) {
        if (!isAway(error)) {
          log.error({ err: error }, `${work.what} were refused by the database and are thrown away`);
          work.lose(taken);
          continue;
        }
        work.putBack(taken);
        // Said once, not every two seconds of an outage.
        log[this.#failing || isOutage(error) ? 'debug' : 'warn'](
          { err: error },
          `${work.what} could not be stored; they wait in memory`,
        );
        this.#failing = true;
        return false;
      }
    }
    return true;
  }
}

function isAway(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'database-unavailable';
}
