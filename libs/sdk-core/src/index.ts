export type { SyncEvent } from './announcer.js';
export { readRetryAfterMs } from './back-off.js';
export * as constants from './constants.js';
export { FlagSync, type SyncSettings, type SyncStatus } from './flag-sync.js';
export type * from './ports.js';
export type { RulesetHolder, Source } from './ruleset-holder.js';
export type { State } from './status.js';
export type { EvaluationCounters } from './telemetry/evaluation-counters.js';
export type { ReporterIdentity, ReporterSettings } from './telemetry/reporter.js';
