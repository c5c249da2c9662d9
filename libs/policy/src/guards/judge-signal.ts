import type { ErrorRatioEvidence } from './assess-error-ratio.js';
import { shareEvidence, whyAboveCeiling } from './error-share.js';
import { describeCounts, type ErrorWindow } from './error-window.js';
import { judgeErrorRatio } from './judge-error-ratio.js';
import type { GuardVerdict } from './verdict.js';
import { RATIO_TESTS, type WaveSettings } from './wave-health.js';

export interface SignalEvidence extends ErrorRatioEvidence {
  /** Natural logarithm of the evidence that the candidate's share is negligible; proved at −ln proofAlpha. */
  readonly negligible?: number;
}

export type SignalVerdict = GuardVerdict<SignalEvidence>;

export interface SignalSettings extends WaveSettings {
  readonly nowMs: number;
  /** False where every instance is in the wave: then only the candidate's own share can speak. */
  readonly hasControl: boolean;
}

/** Judges one signal of a wave: against its control, and against the ceiling. */
export function judgeSignal(windows: readonly ErrorWindow[], settings: SignalSettings): SignalVerdict {
  const ratio = judgeErrorRatio(
    windows,
    {
      alpha: settings.alpha / RATIO_TESTS,
      nullRatio: settings.nullRatio,
      minErrors: settings.minErrors,
      freshWithinMs: settings.silentAfterMs,
      proveBelow: settings.proveRatioBelow,
      proofAlpha: settings.proofAlpha,
    },
    settings.nowMs,
  );
  if (ratio.verdict === 'error' || ratio.verdict === 'fail') return ratio;
  const tooHigh = whyAboveCeiling(windows, settings.ceiling);
  if (tooHigh !== undefined) return { ...ratio, verdict: 'fail', cause: 'ceiling', reason: tooHigh };
  const missing = settings.hasControl ? undefined : whyMissing(windows, settings);
  if (missing !== undefined) return { ...ratio, ...missing, verdict: 'inconclusive' };
  if (settings.hasControl && ratio.cause !== 'unproven') return ratio;
  return judgeShare(windows, ratio, settings);
}

/** What the error-ratio guard says of data with a control, for data without one. */
function whyMissing(
  windows: readonly ErrorWindow[],
  { nowMs, silentAfterMs }: SignalSettings,
): Pick<SignalVerdict, 'cause' | 'reason'> | undefined {
  const exposed = windows.filter(({ treatment }) => treatment.exposures > 0).map(({ endMs }) => endMs);
  if (exposed.length === 0) return { cause: 'no-data', reason: 'The candidate has not done anything yet.' };
  const ageMs = nowMs - exposed.reduce((newest, endMs) => Math.max(newest, endMs));
  if (ageMs <= silentAfterMs) return undefined;
  return { cause: 'stale', reason: `The candidate has not done anything for ${ageMs} ms.` };
}

function judgeShare(
  windows: readonly ErrorWindow[],
  ratio: SignalVerdict,
  { negligibleShare, proofAlpha }: SignalSettings,
): SignalVerdict {
  const { treatment, clusteringKnown, phi } = ratio.evidence;
  const counts = describeCounts(treatment);
  const bound = `${100 * negligibleShare} %`;
  const isKnown = clusteringKnown || treatment.errors === 0;
  const negligible = shareEvidence(windows, negligibleShare, phi);
  const evidence = { ...ratio.evidence, negligible };
  if (isKnown && negligible >= -Math.log(proofAlpha))
    return {
      verdict: 'pass',
      cause: 'proven',
      reason: `It is proved that the share lies below ${bound}: ${counts}.`,
      evidence,
    };
  const reason = isKnown
    ? `The data prove neither the ratio nor a share below ${bound} yet: ${counts}.`
    : `Nothing can be proved while nobody says how the errors cluster: ${counts}.`;
  return { verdict: 'inconclusive', cause: 'unproven', reason, evidence };
}
