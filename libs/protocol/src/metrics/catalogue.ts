import type { MetricDeclaration } from './metric.js';
import { PROCESS_METRICS } from './process-metrics.js';
import { ROLLOUT_METRICS } from './rollout-metrics.js';
import { SERVER_METRICS } from './server-metrics.js';
import { SERVING_METRICS } from './serving-metrics.js';
import { TRUTH_METRICS } from './truth-metrics.js';
import { USAGE_METRICS } from './usage-metrics.js';

/** Every metric of the server but those of the process. Closed: what is not here cannot be counted. */
export const OWN_METRICS = {
  ...TRUTH_METRICS,
  ...SERVING_METRICS,
  ...USAGE_METRICS,
  ...ROLLOUT_METRICS,
  ...SERVER_METRICS,
} as const;
export type OwnMetric = keyof typeof OWN_METRICS;

export interface MetricGroup {
  readonly title: string;
  readonly metrics: { readonly [name: string]: MetricDeclaration };
}

/** As they are documented, in this order. */
export const METRIC_GROUPS: readonly MetricGroup[] = [
  { title: 'Is it what was merged?', metrics: TRUTH_METRICS },
  { title: 'What is served', metrics: SERVING_METRICS },
  { title: 'What SDKs report', metrics: USAGE_METRICS },
  { title: 'Rollouts and guards', metrics: ROLLOUT_METRICS },
  { title: 'The server', metrics: SERVER_METRICS },
  { title: 'The process', metrics: PROCESS_METRICS },
];

/** By name, all of them. */
export const ALL_METRICS: ReadonlyMap<string, MetricDeclaration> = new Map(
  METRIC_GROUPS.flatMap(({ metrics }) => Object.entries(metrics)),
);

/** How the names of the metrics of any Node process begin. */
export const PROCESS_PREFIXES = ['guidon_process_', 'guidon_nodejs_'] as const;
