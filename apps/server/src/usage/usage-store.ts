import type { TelemetryReport } from '@guidon/protocol';
import { CLEAN_UP_MS, FlushLoop, type FlushParts } from './flush-loop.js';
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

export interface UsageStoreParts extends FlushParts {
  readonly buffer?: UsageBuffer;
}

/** Rows of a transaction: a press of the button on the embedded database waits for one of these at most. */
const PORTION = 500;
/** Waves are judged by what was counted in this time. */
export const WINDOWS_KEPT_MS = 3 * 3_600_000;
const INSTANCES_KEPT_MS = 24 * 3_600_000;

type Portion = ReturnType<UsageBuffer['take']>;

/** Counts in from SDKs: held in memory, stored in portions, read by whoever judges by them. */
export class UsageStore {
  readonly buffer: UsageBuffer;
  readonly #parts: UsageStoreParts;
  readonly #loop: FlushLoop<Portion>;

  constructor(parts: UsageStoreParts) {
    this.#parts = parts;
    const buffer = parts.buffer ?? new UsageBuffer();
    this.buffer = buffer;
    this.#loop = new FlushLoop<Portion>(parts, {
      what: 'counts of instances',
      take: () => (buffer.size === 0 ? undefined : buffer.take(PORTION)),
      putBack: (portion) => buffer.putBack(portion),
      lose: ({ instances, windows }) => {
        buffer.dropped += instances.length + windows.length;
      },
      store: async (manager, { instances, windows }) => {
        await storeInstances(manager, instances);
        await storeWindows(manager, windows);
      },
      removeOld: async (manager, nowMs) => {
        const ages = {
          windowsBeforeMs: nowMs - WINDOWS_KEPT_MS,
          instancesBeforeMs: nowMs - INSTANCES_KEPT_MS,
        };
        await removeOld(manager, ages);
        await removeSilent(manager, nowMs - CLEAN_UP_MS);
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Stores what is there, if the database takes it soon. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Takes a report in; touches nothing but memory. */
  take(report: TelemetryReport, arrival: Arrival): void {
    const { instance, windows } = rowsOf(report, arrival);
    this.buffer.add(instance, windows);
  }

  /** Stores everything that came in so far; never throws. Says whether it is all stored. */
  flush(): Promise<boolean> {
    return this.#loop.flush();
  }

  cleanUp(): Promise<void> {
    return this.#loop.cleanUp();
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
}
