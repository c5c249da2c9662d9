export { assessErrorRatio, type ErrorRatioEvidence } from './assess-error-ratio.js';
export { measureInstanceClustering } from './clustering.js';
export { ERROR_RATIO_DEFAULTS, type ErrorRatioSettings } from './error-ratio-settings.js';
export { CEILING_DEFAULTS, type CeilingSettings, shareEvidence, whyAboveCeiling } from './error-share.js';
export { type ArmCounts, type Clustering, type ErrorWindow, whyMalformed } from './error-window.js';
export { type ArmSums, addSums, GUARD_WINDOW_MS, type GuardWindow, NO_SUMS } from './guard-window.js';
export { type ErrorRatioVerdict, judgeErrorRatio } from './judge-error-ratio.js';
export { judgeSignal, type SignalEvidence, type SignalSettings, type SignalVerdict } from './judge-signal.js';
export { judgeWave, type WaveCause, type WaveDecision, type WaveInput } from './judge-wave.js';
export { boundRatio, type RatioBounds } from './ratio-bounds.js';
export type { GuardVerdict, Verdict, VerdictCause } from './verdict.js';
export {
  WAVE_DEFAULTS,
  WAVE_SIGNALS,
  type WaveCounts,
  type WaveInstance,
  type WaveSettings,
  type WaveSignal,
  type WaveWindow,
} from './wave-health.js';
