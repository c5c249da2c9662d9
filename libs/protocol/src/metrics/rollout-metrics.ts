import { ROLLOUT_PHASES } from '../rollouts.js';
import { ENVIRONMENT, type MetricCatalogue } from './metric.js';

const FLAG = { from: 'project', of: 'flag with a running rollout' } as const;

/** Rollouts and their guards, told by the server that leads. */
export const ROLLOUT_METRICS = {
  guidon_rollouts: {
    type: 'gauge',
    unit: 'count',
    meaning: 'Rollouts by the phase that they are in.',
    labels: { environment: ENVIRONMENT, phase: ROLLOUT_PHASES },
    appears: 'on the server that leads, while there are rollouts',
  },
  guidon_rollout_percent: {
    type: 'gauge',
    unit: 'percent',
    meaning: 'Share of everybody that a running or paused rollout lets in by percent, 0 to 100.',
    labels: { environment: ENVIRONMENT, flag: FLAG },
    appears: 'on the server that leads, while there are rollouts',
  },
  guidon_rollout_stage_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'For how long a running or paused rollout has been in its stage and phase.',
    labels: { environment: ENVIRONMENT, flag: FLAG },
    appears: 'on the server that leads, while there are rollouts',
  },
  guidon_rollout_data_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'Since when a running rollout has had no outcomes to judge.',
    labels: { environment: ENVIRONMENT, flag: FLAG },
    appears: 'on the server that leads, while there are rollouts',
  },
  guidon_guard_verdicts: {
    type: 'gauge',
    unit: 'count',
    meaning: 'Guards of running rollouts by their newest verdict.',
    labels: { environment: ENVIRONMENT, verdict: ['pass', 'fail', 'inconclusive', 'error'] },
    appears: 'on the server that leads, while there are rollouts',
  },
  guidon_guard_evidence_ratio: {
    type: 'gauge',
    unit: 'ratio',
    meaning:
      'How near a guard is to its alarm: logarithm of its evidence over that of its threshold; 1 is the alarm.',
    labels: { environment: ENVIRONMENT, flag: FLAG, guard: { from: 'project', of: 'guard of the plan' } },
    appears: 'on the server that leads, while there are rollouts',
  },
  guidon_guard_alarms_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Alarms of guards since this process leads, by what they did.',
    labels: { environment: ENVIRONMENT, action: ['rollback', 'pause'] },
    appears: 'on the server that leads, while there are rollouts',
  },
} as const satisfies MetricCatalogue;
