import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { HourlyUsage } from './hourly-usage.js';
import { SilentStreams } from './silent-streams.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageStore } from './usage-store.js';

export interface UsageSurroundings {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
}

export interface Usage {
  readonly store: UsageStore;
  readonly hourly: HourlyUsage;
  readonly metrics: UsageMetrics;
  readonly silent: SilentStreams;
  readonly clock: Clock;
}

export function createUsage({ transactions, clock, log, registry }: UsageSurroundings): Usage {
  const store = new UsageStore({ transactions, clock, log });
  const hourly = new HourlyUsage({ transactions, clock, log });
  const dropped = () => store.buffer.dropped + hourly.buffer.dropped;
  const about = { nowMs: () => clock.nowMs(), dropped };
  const silent = new SilentStreams({ transactions, clock });
  return { store, hourly, clock, silent, metrics: new UsageMetrics(registry, about) };
}
