import type { ArmCounts } from './error-window.js';
import type { GuardVerdict } from './verdict.js';

/** A guard as it stands in a frozen plan. */
export type GuardRule = RatioRule | LatencyRule | CeilingRule | PrometheusRule;

interface Rule {
  readonly id: string;
  readonly onAlarm: OnAlarm;
}

export type OnAlarm = 'rollback' | 'pause';

interface OutcomeRule extends Rule {
  readonly outcome: string;
  /** Counts of browsers are used as well. Anybody can send them. */
  readonly trustWeb?: boolean;
}

/** The share of failed calls, against the control. */
export interface RatioRule extends OutcomeRule {
  readonly type: 'ratio';
  /** How many times as often the treatment may fail; 1 by default. */
  readonly nullRatio?: number;
  readonly minErrors?: number;
}

/** Slow calls, and latency on average, against the control. */
export interface LatencyRule extends OutcomeRule {
  readonly type: 'latency';
  /** How many times as many slow calls, and as slow on average, the treatment may be; 1 by default. */
  readonly nullRatio?: number;
}

/** The treatment's own share of failed calls. */
export interface CeilingRule extends OutcomeRule {
  readonly type: 'ceiling';
  /** In percent. */
  readonly above: number;
  readonly windowMs?: number;
  readonly minCalls?: number;
}

/** What an answer of Prometheus may not be. */
export interface PrometheusRule extends Rule {
  readonly type: 'prometheus';
  readonly above?: number;
  readonly below?: number;
  /** An alarm only once it has been so for this long; at once by default. */
  readonly forMs?: number;
}

/**
 * A stretch of the rollout. One begins with the rollout, one with each change of percent, and one, which restarts the
 * evidence, when a person has acknowledged an alarm.
 */
export interface GuardEpoch {
  readonly fromMs: number;
  /** The first generation of the ruleset that belongs to it. */
  readonly fromGeneration: number;
  /** The treatment's part of the randomised units, 0 to 1; absent where nobody knows, as with audiences. */
  readonly treatmentShare?: number;
  readonly restart?: true;
}

export interface GuardSettings {
  /** The chance that any acting ratio or latency guard of the plan alarms without cause, in an epoch of evidence. */
  readonly alpha: number;
  readonly proofAlpha: number;
  readonly sampleRatioAlpha: number;
  readonly healthAlpha: number;
  readonly minErrors: number;
  /** Data older than this is no data: three flush periods of ten seconds. */
  readonly freshWithinMs: number;
  /** An SDK instance that has said nothing for this long is silent. */
  readonly silentAfterMs: number;
  /** Without instances to compare with, the share of lost ones that is an alarm, and among how many at least. */
  readonly lostAbove: number;
  readonly lostAmong: number;
}

/** Sources: reference note on rollouts, A1, A3.1 to A3.3 and I8. */
export const GUARD_DEFAULTS: GuardSettings = {
  alpha: 0.05,
  proofAlpha: 0.05,
  sampleRatioAlpha: 0.001,
  healthAlpha: 0.001,
  minErrors: 5,
  freshWithinMs: 30_000,
  silentAfterMs: 30_000,
  lostAbove: 0.1,
  lostAmong: 10,
};

/** How far a proof has come. */
export interface ProofProgress {
  readonly ratioBelow: number;
  /** Natural logarithm; proved at `provedAt`. */
  readonly logEvidence: number;
  readonly provedAt: number;
  readonly isProven: boolean;
  /** Calls of the treatment that are still expected to be needed if it is harmless; absent where nothing fails. */
  readonly callsToGo?: number;
}

/** Numbers for a progress bar, a report and an audit entry; all finite. */
export interface GuardEvidence {
  /** What the guard counted: calls, slow calls, subjects or instances. */
  readonly treatment: ArmCounts;
  readonly control: ArmCounts;
  /** Natural logarithm of the evidence of harm, now and at its highest; the alarm is at `alarmAt`. */
  readonly logEvidence?: number;
  readonly highest?: number;
  readonly alarmAt?: number;
  readonly alarmedAtMs?: number;
  /** Bounds of the ratio at any time: of failures, of slow calls, or of latency. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What the evidence was divided by because errors come in clusters. */
  readonly phi?: number;
  readonly newestMs?: number;
  /** Windows that came too late to be compared. */
  readonly lateWindows: number;
  readonly proof?: ProofProgress;
  /** Latency on average, beside the slow calls that the other numbers are of. */
  readonly mean?: {
    readonly logEvidence: number;
    readonly alarmAt: number;
    readonly ratio?: number;
    readonly atLeast?: number;
  };
  /** The newest value of an external guard. */
  readonly value?: number;
}

/** What a guard says before it is known whose it is. */
export type GuardFinding = GuardVerdict<GuardEvidence>;

export interface JudgedGuard extends GuardFinding {
  readonly id: string;
  readonly type: GuardRule['type'] | 'sample-ratio' | 'sdk-health';
  readonly onAlarm: OnAlarm;
}

export function noCounts(lateWindows = 0): GuardEvidence {
  return { treatment: { exposures: 0, errors: 0 }, control: { exposures: 0, errors: 0 }, lateWindows };
}
