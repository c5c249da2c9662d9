import { ENVIRONMENT, type MetricCatalogue } from './metric.js';

/** Whether what is served is what Git says, read every five seconds; every server tells the same. */
export const TRUTH_METRICS = {
  guidon_in_sync: {
    type: 'gauge',
    unit: 'boolean',
    meaning: '1 when what is served is what the branch says.',
    labels: {},
  },
  guidon_drift_reasons: {
    type: 'gauge',
    unit: 'count',
    meaning: 'In how many ways what is served differs from Git.',
    labels: {},
  },
  guidon_git_seen_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'Seconds since the branch was last looked at: how far what is known of Git may lag.',
    labels: {},
    appears: 'once the source was reached',
  },
  guidon_revision_held_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'For how long the newest revision waits for a person.',
    labels: {},
    appears: 'with 0 otherwise',
  },
  guidon_quarantined_files: {
    type: 'gauge',
    unit: 'count',
    meaning: 'Files that stay at their last good version.',
    labels: {},
  },
  guidon_overrides: {
    type: 'gauge',
    unit: 'count',
    meaning: 'Kills and pins in force, which Git does not know.',
    labels: { kind: ['kill', 'pin', 'rollout'] },
  },
  guidon_override_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'For how long the oldest kill in force holds, by environment.',
    labels: { environment: ENVIRONMENT },
    appears: 'while a kill is in force',
  },
  guidon_killed_flags: {
    type: 'gauge',
    unit: 'count',
    meaning: 'Flags that a kill holds at their safe variant on this server.',
    labels: { environment: ENVIRONMENT },
  },
  guidon_environment_generation: {
    type: 'gauge',
    unit: 'generation',
    meaning: 'Generation that everybody is served.',
    labels: { environment: ENVIRONMENT },
  },
  guidon_environment_generation_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'For how long the environment has been served its present generation.',
    labels: { environment: ENVIRONMENT },
  },
  guidon_waiting_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'For how long newer content is not served, by environment and cause.',
    labels: { environment: ENVIRONMENT, why: ['wave', 'pinned', 'freeze', 'held', 'rolled-back'] },
    appears: 'while something waits',
  },
  guidon_wave_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'For how long a wave is under way, by environment.',
    labels: { environment: ENVIRONMENT },
    appears: 'during a wave',
  },
  guidon_wave_percent: {
    type: 'gauge',
    unit: 'percent',
    meaning: 'Share of the SDK instances that a wave has reached, 0 to 100.',
    labels: { environment: ENVIRONMENT },
    appears: 'during a wave',
  },
  guidon_removed_environment_streams: {
    type: 'gauge',
    unit: 'count',
    meaning: 'SDK streams of environments that the project has no longer.',
    labels: { environment: { from: 'project', of: 'environment that it had' } },
    appears: 'after an environment was removed',
  },
  guidon_replicas_behind: {
    type: 'gauge',
    unit: 'count',
    meaning: 'Servers that serve an older generation.',
    labels: {},
  },
  guidon_instances_lagging: {
    type: 'gauge',
    unit: 'count',
    meaning: 'SDK instances that lag or refused a ruleset.',
    labels: {},
  },
} as const satisfies MetricCatalogue;
