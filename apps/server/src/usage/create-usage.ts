import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { FlagEvaluations } from './flag-evaluations.js';
import { GuardWindows } from './guard-windows.js';
import { HourlyUsage } from './hourly-usage.js';
import { SilentStreams } from './silent-streams.js';
import { UsageMetrics } from './usage-metrics.js';
import { UsageStore } from './usage-store.js';

export interface UsageSurroundings {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  /** How long windows of guards are kept; 30 unless given. */
  readonly guardDays?: number | undefined;
  /** Flags of an environment that are counted by their names; 500 unless given. */
  readonly metricsFlags?: number | undefined;
}

export interface Usage {
  readonly store: UsageStore;
  readonly hourly: HourlyUsage;
  readonly guards: GuardWindows;
  readonly metrics: UsageMetrics;
  readonly flags: FlagEvaluations;
  readonly silent: SilentStreams;
  readonly clock: Clock;
}

export function createUsage({ registry, guardDays, metricsFlags, ...parts }: UsageSurroundings): Usage {
  const { transactions, clock } = parts;
  const store = new UsageStore(parts);
  const hourly = new HourlyUsage(parts);
  const guards = new GuardWindows({ ...parts, keptDays: guardDays });
  const dropped = () => store.buffer.dropped + hourly.buffer.dropped + guards.buffer.dropped;
  const flags = new FlagEvaluations(registry, metricsFlags);
  const about = { nowMs: () => clock.nowMs(), dropped, flags };
  const silent = new SilentStreams({ transactions, clock });
  return { store, hourly, guards, clock, silent, flags, metrics: new UsageMetrics(registry, about) };
}
