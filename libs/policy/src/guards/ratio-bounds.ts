import { assessErrorRatio } from './assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS } from './error-ratio-settings.js';
import { type ErrorWindow, groupByEnd } from './error-window.js';
import { createTally, harmBeyond, logEvidence, type RatioHypothesis, safetyBelow } from './evidence.js';

/** Where the ratio of treatment to control lies, each bound wrong with a chance of at most alpha at any time. */
export interface RatioBounds {
  /** Absent: nothing is known. */
  readonly atLeast?: number;
  /** Never below 1. Absent: nothing is known. */
  readonly atMost?: number;
}

const WIDEST = 1e6;
/** Halvings of the logarithm: the bound is right to about eight digits. */
const HALVINGS = 40;

/**
 * The bounds that well-formed windows give, for people to read: the largest ratio that harm rejects, and the smallest
 * that safety rejects. Both kinds of evidence grow toward their side (for safety: above 1), so halving finds the edge.
 * Source: reference note on rollouts, A3.1 and A3.5.
 */
export function boundRatio(windows: readonly ErrorWindow[], alpha = ERROR_RATIO_DEFAULTS.alpha): RatioBounds {
  const { phi, clusteringKnown } = assessErrorRatio(windows, { ...ERROR_RATIO_DEFAULTS, alpha });
  const enough = -Math.log(alpha);
  // Only windows with errors speak, and there may be weeks of windows.
  const speaking = groupByEnd(
    windows.filter(({ treatment, control }) => treatment.errors + control.errors > 0),
  );
  const rejects = (hypothesis: RatioHypothesis): boolean => {
    const tally = createTally(hypothesis);
    for (const group of speaking) for (const window of group) tally.add(window);
    return logEvidence(tally.sums, phi) >= enough;
  };
  const harms = (nullRatio: number): boolean => rejects(harmBeyond(nullRatio));
  const safe = (bound: number): boolean => clusteringKnown && rejects(safetyBelow(bound));
  const bounds: { atLeast?: number; atMost?: number } = {};
  if (harms(1 / WIDEST)) bounds.atLeast = edgeBetween(1 / WIDEST, WIDEST, harms);
  // Just above 1, so that all five bets are on the table.
  if (safe(WIDEST)) bounds.atMost = edgeBetween(WIDEST, 1 + 1 / WIDEST, safe);
  return bounds;
}

/** The last ratio, coming from one that holds, at which it still does. */
function edgeBetween(holds: number, other: number, test: (ratio: number) => boolean): number {
  if (test(other)) return other;
  let [good, bad] = [Math.log(holds), Math.log(other)];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (good + bad) / 2;
    if (test(Math.exp(middle))) good = middle;
    else bad = middle;
  }
  return Math.exp(good);
}
