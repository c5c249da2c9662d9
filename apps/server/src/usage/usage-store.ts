import type { TelemetryReport } from '@guidon/protocol';
import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { type Arrival, rowsOf, type SdkInstance } from './report-rows.js';
import { removeSilent } from './silent-streams.repository.js';
import {
  fetchInstances,
  fetchTotals,
  fetchWindows,
  type InstanceTotals,
  removeOld,
  storeInstances,
  storeWindows,
  type UsageWindow,
} from './usage.repository.js';
import { UsageBuffer } from './usage-buffer.js';

export interface UsageStoreParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly buffer?: UsageBuffer;
}

const FLUSH_MS = 2_000;
/** Rows of a transaction: a press of the button on the embedded database waits for one of these at most. */
const PORTION = 500;
const CLEAN_UP_MS = 600_000;
/** Waves are judged by what was counted in this time. */
export const WINDOWS_KEPT_MS = 3 * 3_600_000;
const INSTANCES_KEPT_MS = 24 * 3_600_000;
const LONGEST_FAREWELL_MS = 1_000;

/** Counts in from SDKs: held in memory, stored in portions, read by whoever judges by them. */
export class UsageStore {
  readonly buffer: UsageBuffer;
  readonly #parts: UsageStoreParts;
  #timers: Timer[] = [];
  #flushing: Promise<boolean> | undefined;
  #failing = false;

  constructor(parts: UsageStoreParts) {
    this.#parts = parts;
    this.buffer = parts.buffer ?? new UsageBuffer();
  }

  start(): void {
    const { clock } = this.#parts;
    this.#timers = [
      clock.every(FLUSH_MS, () => void this.flush()),
      clock.every(CLEAN_UP_MS, () => void this.cleanUp()),
    ];
  }

  /** Stores what is there, if the database takes it soon. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    await new Promise<void>((resolve) => {
      const patience = this.#parts.clock.after(LONGEST_FAREWELL_MS, resolve);
      void this.flush().then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  /** Takes a report in; touches nothing but memory. */
  take(report: TelemetryReport, arrival: Arrival): void {
    const { instance, windows } = rowsOf(report, arrival);
    this.buffer.add(instance, windows);
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

  /** Instances of an environment, by name, gone ones too until they are cleaned up. Throws with the database away. */
  instances(environment: string): Promise<readonly SdkInstance[]> {
    return this.#parts.transactions.run((manager) => fetchInstances(manager, environment));
  }

  /** Counts by window and ruleset, and by instance and ruleset, of what ended after a time. */
  counts(
    environment: string,
    sinceMs: number,
  ): Promise<{ readonly windows: readonly UsageWindow[]; readonly totals: readonly InstanceTotals[] }> {
    return this.#parts.transactions.run(async (manager) => ({
      windows: await fetchWindows(manager, environment, sinceMs),
      totals: await fetchTotals(manager, environment, sinceMs),
    }));
  }

  async cleanUp(): Promise<void> {
    const { transactions, clock, log } = this.#parts;
    const nowMs = clock.nowMs();
    const ages = {
      windowsBeforeMs: nowMs - WINDOWS_KEPT_MS,
      instancesBeforeMs: nowMs - INSTANCES_KEPT_MS,
    };
    try {
      await transactions.run(async (manager) => {
        await removeOld(manager, ages);
        await removeSilent(manager, nowMs - CLEAN_UP_MS);
      });
    } catch (error) {
      log.debug({ err: error }, 'old usage could not be removed; trying again later');
    }
  }

  async #storeAll(): Promise<boolean> {
    const { transactions, log } = this.#parts;
    while (this.buffer.size > 0) {
      const portion = this.buffer.take(PORTION);
      try {
        await transactions.run(async (manager) => {
          await storeInstances(manager, portion.instances);
          await storeWindows(manager, portion.windows);
        });
        this.#failing = false;
      } catch (error) {
        if (!isAway(error)) {
          // A bug of ours; trying the same rows for ever would keep everything behind them out.
          log.error({ err: error }, 'usage was refused by the database and is thrown away');
          this.buffer.dropped += portion.instances.length + portion.windows.length;
          continue;
        }
        this.buffer.putBack(portion);
        // Said once, not every two seconds of an outage.
        log[this.#failing || isOutage(error) ? 'debug' : 'warn'](
          { err: error },
          'usage could not be stored; it waits in memory',
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
