import type { ErrorRatioEvidence } from './assess-error-ratio.js';
import { type ErrorWindow, groupByEnd } from './error-window.js';
import { createTally, safetyBelow } from './evidence.js';
import type { ProofProgress } from './guard-rule.js';

/** How far the proof that the ratio lies below a bound has come; `evidence` was assessed with `proveBelow`. */
export function proofProgress(
  windows: readonly ErrorWindow[],
  evidence: ErrorRatioEvidence,
  ratioBelow: number,
): ProofProgress | undefined {
  const { safety, provedAt } = evidence;
  if (safety === undefined || provedAt === undefined) return undefined;
  const isProven = evidence.clusteringKnown && safety >= provedAt;
  const callsToGo = isProven ? 0 : expectCalls(windows, { evidence, ratioBelow, provedAt });
  return {
    ratioBelow,
    logEvidence: safety,
    provedAt,
    isProven,
    ...(callsToGo === undefined ? {} : { callsToGo }),
  };
}

/**
 * Calls of the treatment until the first bet alone would be enough, if the treatment is as good as the control, errors
 * stay as frequent and the share as it is in the newest window with both arms. `undefined` while nothing fails: then no
 * ratio can be proved.
 */
function expectCalls(
  windows: readonly ErrorWindow[],
  at: {
    readonly evidence: ErrorRatioEvidence;
    readonly ratioBelow: number;
    readonly provedAt: number;
  },
): number | undefined {
  const { treatment, control, phi } = at.evidence;
  const rate = (treatment.errors + control.errors) / (treatment.exposures + control.exposures);
  const hypothesis = safetyBelow(at.ratioBelow);
  const tally = createTally(hypothesis);
  let share: number | undefined;
  for (const group of groupByEnd(windows))
    for (const window of group) {
      tally.add(window);
      const calls = window.treatment.exposures + window.control.exposures;
      if (window.treatment.exposures > 0 && window.control.exposures > 0)
        share = window.treatment.exposures / calls;
    }
  if (share === undefined || !(rate > 0)) return undefined;
  const { nullRatio, alternatives } = hypothesis;
  const needed = at.provedAt + Math.log(alternatives.length);
  let fewest = Number.POSITIVE_INFINITY;
  for (const [index, ratio] of alternatives.entries()) {
    const loss = Math.log1p(((ratio - nullRatio) * share) / (1 - share + nullRatio * share));
    const perError = share * Math.log(ratio / nullRatio) - loss;
    const perCall = (perError * rate) / share / phi;
    const missing = needed - (tally.sums[index] as number) / phi;
    if (perCall > 0) fewest = Math.min(fewest, Math.max(0, missing) / perCall);
  }
  return Number.isFinite(fewest) ? Math.ceil(fewest) : undefined;
}
