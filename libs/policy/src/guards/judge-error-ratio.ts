import { assessErrorRatio, type ErrorRatioEvidence } from './assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS, type ErrorRatioSettings, whyUnusable } from './error-ratio-settings.js';
import { describeCounts, type ErrorWindow, firstProblem } from './error-window.js';
import type { GuardVerdict } from './verdict.js';

export type ErrorRatioVerdict = GuardVerdict<ErrorRatioEvidence>;

/**
 * Judges stored windows: whether the treatment fails more often than the control lived through the same minutes. The
 * order of the rows does not matter. Every setting that is left out is the default.
 */
export function judgeErrorRatio(
  windows: readonly ErrorWindow[],
  settings: Partial<ErrorRatioSettings>,
  nowMs: number,
): ErrorRatioVerdict {
  const all = { ...ERROR_RATIO_DEFAULTS, ...settings };
  const problem = whyUnusable(all) ?? firstProblem(windows, nowMs + all.freshWithinMs);
  if (problem !== undefined)
    return {
      verdict: 'error',
      cause: 'malformed',
      reason: problem,
      evidence: assessErrorRatio([], ERROR_RATIO_DEFAULTS),
    };
  const evidence = assessErrorRatio(windows, all);
  return { ...decide(evidence, all, nowMs), evidence };
}

function decide(
  evidence: ErrorRatioEvidence,
  settings: ErrorRatioSettings,
  nowMs: number,
): Omit<ErrorRatioVerdict, 'evidence'> {
  const { newestMs, safety, provedAt } = evidence;
  const counts = `${describeCounts(evidence.treatment)} against ${describeCounts(evidence.control)}`;
  if (evidence.alarmedAtMs !== undefined)
    return {
      verdict: 'fail',
      cause: 'worse',
      reason: `The treatment fails more than ${settings.nullRatio} times as often as the control: ${counts}.`,
    };
  if (newestMs === undefined)
    return {
      verdict: 'inconclusive',
      cause: 'no-data',
      reason: `There is no window in which both arms were exposed: ${counts}.`,
    };
  if (nowMs - newestMs > settings.freshWithinMs)
    return {
      verdict: 'inconclusive',
      cause: 'stale',
      reason: `The newest window with both arms ended ${nowMs - newestMs} ms ago; ${settings.freshWithinMs} are allowed.`,
    };
  if (safety === undefined || provedAt === undefined)
    return { verdict: 'pass', cause: 'clear', reason: `No harm was found: ${counts}.` };
  if (!evidence.clusteringKnown)
    return {
      verdict: 'inconclusive',
      cause: 'unproven',
      reason: `Safety cannot be proved while nobody says how the errors cluster: ${counts}.`,
    };
  const bound = `that the treatment fails less than ${settings.proveBelow} times as often as the control: ${counts}`;
  if (safety < provedAt)
    return { verdict: 'inconclusive', cause: 'unproven', reason: `It is not proved yet ${bound}.` };
  return { verdict: 'pass', cause: 'proven', reason: `It is proved ${bound}.` };
}
