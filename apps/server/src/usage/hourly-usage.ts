import { type TelemetryReport, USAGE_HOURS, type UsageDocument } from '@guidon/protocol';
import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { batchOf, HOUR_MS, hourOf } from './answer-batch.js';
import { BatchBuffer } from './batch-buffer.js';
import {
  type Coverage,
  countBatches,
  fetchAnswers,
  fetchCoverage,
  removeOldHours,
} from './hourly-usage.repository.js';
import type { Arrival } from './report-rows.js';

export interface HourlyUsageParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly buffer?: BatchBuffer;
}

const FLUSH_MS = 2_000;
const CLEAN_UP_MS = 600_000;
const LONGEST_FAREWELL_MS = 1_000;
/** Longer than any repetition can be late: no report is taken whose counts are an hour old. */
const BATCHES_KEPT_MS = 3 * HOUR_MS;

/** Which answers flags gave: taken into memory, counted by hour in portions, read by whoever asks. */
export class HourlyUsage {
  readonly buffer: BatchBuffer;
  readonly #parts: HourlyUsageParts;
  #timers: Timer[] = [];
  #flushing: Promise<boolean> | undefined;
  #failing = false;

  constructor(parts: HourlyUsageParts) {
    this.#parts = parts;
    this.buffer = parts.buffer ?? new BatchBuffer();
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

  /** Takes what a report says of answers; touches nothing but memory. */
  take(report: TelemetryReport, arrival: Arrival): void {
    const batch = batchOf(report, arrival);
    if (batch !== undefined) this.buffer.add(batch);
  }

  /** Counts everything that came in so far; never throws. Says whether it is all stored. */
  async flush(): Promise<boolean> {
    while (this.#flushing !== undefined) await this.#flushing;
    this.#flushing = this.#storeAll();
    try {
      return await this.#flushing;
    } finally {
      this.#flushing = undefined;
    }
  }

  /** The whole hours asked for and the present one. Throws with the database away. */
  async read(asked: {
    readonly environment?: string | undefined;
    readonly flag?: string | undefined;
    readonly hours: number;
  }): Promise<UsageDocument> {
    const { transactions, clock } = this.#parts;
    const search = { ...asked, sinceMs: hourOf(clock.nowMs()) - asked.hours * HOUR_MS };
    return transactions.run(async (manager) => {
      const coverage = await fetchCoverage(manager, search);
      const answers = await fetchAnswers(manager, search);
      const named = asked.environment === undefined ? [] : [asked.environment];
      const names = new Set([...coverage.map(({ environment }) => environment), ...named]);
      return {
        hours: asked.hours,
        environments: [...names].map((environment) => ({
          environment,
          ...coveredOf(coverage.find((one) => one.environment === environment)),
          answers: answers
            .filter((one) => one.environment === environment)
            .map(({ environment: _, ...answer }) => answer),
        })),
      };
    });
  }

  async cleanUp(): Promise<void> {
    const { transactions, clock, log } = this.#parts;
    const nowMs = clock.nowMs();
    const ages = {
      hoursBeforeMs: hourOf(nowMs) - USAGE_HOURS.most * HOUR_MS,
      batchesBeforeMs: nowMs - BATCHES_KEPT_MS,
    };
    try {
      await transactions.run((manager) => removeOldHours(manager, ages));
    } catch (error) {
      log.debug({ err: error }, 'old counts could not be removed; trying again later');
    }
  }

  async #storeAll(): Promise<boolean> {
    const { transactions, log } = this.#parts;
    for (let portion = this.buffer.take(); portion.length > 0; portion = this.buffer.take()) {
      try {
        const batches = portion;
        await transactions.run((manager) => countBatches(manager, batches));
        this.#failing = false;
      } catch (error) {
        if (!(error instanceof DomainError && error.code === 'database-unavailable')) {
          log.error({ err: error }, 'counts were refused by the database and are thrown away');
          this.buffer.dropped += portion.length;
          continue;
        }
        this.buffer.putBack(portion);
        // Said once, not every two seconds of an outage.
        log[this.#failing || isOutage(error) ? 'debug' : 'warn'](
          { err: error },
          'counts could not be stored; they wait in memory',
        );
        this.#failing = true;
        return false;
      }
    }
    return true;
  }
}

function coveredOf(
  coverage: Coverage | undefined,
): Pick<UsageDocument['environments'][number], 'covered' | 'dropped'> {
  if (coverage === undefined) return { covered: null, dropped: 0 };
  const { fromMs, toMs, instances, dropped } = coverage;
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return { covered: { from, to, instances }, dropped };
}
