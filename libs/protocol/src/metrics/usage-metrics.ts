import { COUNTED_ERRORS } from '../telemetry.js';
import { ENVIRONMENT, type MetricCatalogue, OTHER } from './metric.js';

/** Which kind of key a report came with. Anybody with a browser has a web key. */
const SOURCE = ['server', 'web'] as const;

/** What SDKs report. */
export const USAGE_METRICS = {
  guidon_sdk_evaluations_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Evaluations that SDKs reported, by the kind of their key.',
    labels: { environment: ENVIRONMENT, source: SOURCE },
  },
  guidon_flag_evaluations_total: {
    type: 'counter',
    unit: 'count',
    meaning:
      'Evaluations that server SDKs reported, by the flag and the variant that it gave; what has no place of its own counts as other.',
    labels: {
      environment: ENVIRONMENT,
      flag: { from: 'project', of: 'flag', also: [OTHER] },
      variant: { from: 'project', of: 'variant', also: [OTHER] },
    },
    appears: 'unless GUIDON_METRICS_FLAGS is 0',
  },
  guidon_sdk_evaluation_errors_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Evaluations in SDKs that ended in an error, by code.',
    labels: { environment: ENVIRONMENT, source: SOURCE, code: COUNTED_ERRORS },
    appears: 'from the first error on',
  },
  guidon_sdk_defaults_served_total: {
    type: 'counter',
    unit: 'count',
    meaning: "Evaluations in SDKs that were answered with the caller's coded default.",
    labels: { environment: ENVIRONMENT, source: SOURCE },
  },
  guidon_sdk_outcomes_uncredited_total: {
    type: 'counter',
    unit: 'count',
    meaning:
      'Outcomes that a guard looks at and that SDKs could credit to no arm, or had to drop, together with exposures.',
    labels: { environment: ENVIRONMENT },
    appears: 'while a rollout has guards',
  },
  guidon_sdk_instances: {
    type: 'gauge',
    unit: 'count',
    meaning: 'SDK clients that reported to this server within a minute, by the generation in use.',
    labels: {
      environment: ENVIRONMENT,
      generation: { from: 'store', of: 'the newest four generations', also: ['older', 'none'] },
    },
    appears: 'while an SDK reports',
  },
  guidon_usage_dropped_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Rows of usage that were thrown away because the database did not take them in time.',
    labels: {},
  },
} as const satisfies MetricCatalogue;
