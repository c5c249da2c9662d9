import {
  type EnvironmentUsage,
  type TelemetryReport,
  USAGE_HOURS,
  type UsageDocument,
} from '@guidon/protocol';
import { type AnswerBatch, batchOf, HOUR_MS, hourOf } from './answer-batch.js';
import { BatchBuffer } from './batch-buffer.js';
import { FlushLoop, type FlushParts } from './flush-loop.js';
import { fetchSeen } from './guard-windows.repository.js';
import {
  type Coverage,
  countBatches,
  fetchAnswers,
  fetchCoverage,
  removeOldHours,
} from './hourly-usage.repository.js';
import type { Arrival } from './report-rows.js';

export interface HourlyUsageParts extends FlushParts {
  readonly buffer?: BatchBuffer<AnswerBatch>;
}

/** Longer than any repetition can be late: no report is taken whose counts are an hour old. */
const BATCHES_KEPT_MS = 3 * HOUR_MS;
/** An outcome that nobody has sent for so long is one that nobody sends. */
const OUTCOMES_MS = 24 * HOUR_MS;

/** Which answers flags gave: taken into memory, counted by hour in portions, read by whoever asks. */
export class HourlyUsage {
  readonly buffer: BatchBuffer<AnswerBatch>;
  readonly #parts: HourlyUsageParts;
  readonly #loop: FlushLoop<readonly AnswerBatch[]>;

  constructor(parts: HourlyUsageParts) {
    this.#parts = parts;
    const buffer = parts.buffer ?? new BatchBuffer();
    this.buffer = buffer;
    this.#loop = new FlushLoop(parts, {
      what: 'counts of answers',
      take: () => (buffer.size === 0 ? undefined : buffer.take()),
      putBack: (batches) => buffer.putBack(batches),
      lose: (batches) => buffer.lose(batches),
      store: countBatches,
      removeOld: (manager, nowMs) =>
        removeOldHours(manager, {
          hoursBeforeMs: hourOf(nowMs) - USAGE_HOURS.most * HOUR_MS,
          batchesBeforeMs: nowMs - BATCHES_KEPT_MS,
        }),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Stores what is there, if the database takes it soon. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Takes what a report says of answers; touches nothing but memory. */
  take(report: TelemetryReport, arrival: Arrival): void {
    const batch = batchOf(report, arrival);
    if (batch !== undefined) this.buffer.add(batch);
  }

  /** Counts everything that came in so far; never throws. Says whether it is all stored. */
  flush(): Promise<boolean> {
    return this.#loop.flush();
  }

  cleanUp(): Promise<void> {
    return this.#loop.cleanUp();
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
      const environments: EnvironmentUsage[] = [];
      for (const environment of names) {
        const outcomes = await fetchSeen(manager, { environment, sinceMs: clock.nowMs() - OUTCOMES_MS });
        const mine = answers.filter((one) => one.environment === environment);
        environments.push({
          ...{ environment, ...coveredOf(coverage.find((one) => one.environment === environment)), outcomes },
          answers: mine.map(({ environment: _, ...answer }) => answer),
        });
      }
      return { hours: asked.hours, environments };
    });
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
