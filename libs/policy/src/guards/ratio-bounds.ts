import { assessErrorRatio } from './assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS } from './error-ratio-settings.js';
import type { ErrorWindow } from './error-window.js';

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
  const settings = { ...ERROR_RATIO_DEFAULTS, alpha, proofAlpha: alpha };
  const harms = (nullRatio: number): boolean => {
    const { harm, alarmAt } = assessErrorRatio(windows, { ...settings, nullRatio });
    return harm >= alarmAt;
  };
  const safe = (proveBelow: number): boolean => {
    const { safety, clusteringKnown } = assessErrorRatio(windows, { ...settings, proveBelow });
    return clusteringKnown && safety !== undefined && safety >= -Math.log(alpha);
  };
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
