import type { ArmCounts } from './error-window.js';
import { type GuardFinding, type GuardSettings, noCounts } from './guard-rule.js';
import { inShare } from './guard-sentences.js';
import { judgeErrorRatio } from './judge-error-ratio.js';
import type { WaveInstance } from './wave-health.js';
import { isLost, names } from './wave-instances.js';

/** The SDK instances of the environment when the newest ruleset of the rollout went out. */
export interface HealthArms {
  /** When it went out. */
  readonly sinceMs: number;
  /** Those that were told to serve it. */
  readonly candidate: readonly WaveInstance[];
  /** Those that were not, yet. */
  readonly control: readonly WaveInstance[];
}

/**
 * Whether instances reject the ruleset, or fall silent and restart with it. Crashes hide from error counters: a process
 * that is gone reports no errors. Source: reference note on rollouts, A3.3.
 */
export function judgeSdkHealth(
  arms: HealthArms | undefined,
  settings: GuardSettings,
  nowMs: number,
): GuardFinding {
  if (arms === undefined || arms.candidate.length + arms.control.length === 0)
    return {
      verdict: 'pass',
      cause: 'not-applicable',
      reason: 'No SDK instance of this environment was heard of, so none can be harmed.',
      evidence: noCounts(),
    };
  const times = { sinceMs: arms.sinceMs, nowMs };
  const broken = arms.candidate.filter(({ applied }) => applied === 'rejected' || applied === 'quarantined');
  const count = (instances: readonly WaveInstance[]): ArmCounts => ({
    exposures: instances.length,
    errors: instances.filter((it) => isLost(it, times, settings.silentAfterMs)).length,
  });
  const evidence = { treatment: count(arms.candidate), control: count(arms.control), lateWindows: 0 };
  const [first] = broken;
  if (first !== undefined) {
    const why = first.rejection === undefined ? '' : `: ${first.rejection}`;
    const reason = `${names(broken)} ${first.applied} the ruleset${why}.`;
    return { verdict: 'fail', cause: 'rejected', reason, evidence };
  }
  if (arms.candidate.length === 0)
    return {
      verdict: 'inconclusive',
      cause: 'no-data',
      reason: 'No SDK instance was told to serve the newest ruleset yet.',
      evidence,
    };
  return compare(evidence, settings, nowMs);
}

interface Counted {
  readonly treatment: ArmCounts;
  readonly control: ArmCounts;
  readonly lateWindows: number;
}

function compare(evidence: Counted, settings: GuardSettings, nowMs: number): GuardFinding {
  const { treatment, control } = evidence;
  const lost = `Of the instances with the newest ruleset ${inShare(treatment)} fell silent or started anew`;
  const others = `, of the others ${inShare(control)}`;
  if (control.exposures === 0) return withoutControl(evidence, settings, lost);
  const window = { startMs: nowMs - 1, endMs: nowMs, stratum: 'instances', treatment, control };
  const judged = judgeErrorRatio([window], { alpha: settings.healthAlpha, minErrors: 1 }, nowMs);
  const numbers = {
    ...evidence,
    logEvidence: judged.evidence.harm,
    highest: judged.evidence.highestHarm ?? judged.evidence.harm,
    alarmAt: judged.evidence.alarmAt,
    newestMs: nowMs,
  };
  if (judged.verdict === 'error') return { ...judged, evidence: numbers };
  if (judged.verdict === 'fail')
    return { verdict: 'fail', cause: 'lost', reason: `${lost}${others}.`, evidence: numbers };
  return withoutControl(numbers, settings, `${lost}${others}`);
}

/** All have it: nothing to compare with, so the share itself has to speak. */
function withoutControl(
  evidence: Counted,
  { lostAbove, lostAmong }: GuardSettings,
  lost: string,
): GuardFinding {
  const { treatment, control } = evidence;
  const isMany = treatment.errors > lostAbove * treatment.exposures;
  if (control.exposures === 0 && isMany && treatment.exposures >= lostAmong)
    return { verdict: 'fail', cause: 'lost', reason: `${lost}, and nothing else can explain it.`, evidence };
  if (treatment.errors === treatment.exposures)
    return {
      verdict: 'inconclusive',
      cause: 'stale',
      reason: `${lost}: nobody is left who could report.`,
      evidence,
    };
  return { verdict: 'pass', cause: 'clear', reason: `${lost}.`, evidence };
}
