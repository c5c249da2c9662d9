import { assessErrorRatio } from './assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS } from './error-ratio-settings.js';
import { addCounts, type ErrorWindow, NO_COUNTS } from './error-window.js';
import { createTally, harmBeyond, logEvidence, type RatioHypothesis, safetyBelow } from './evidence.js';

/** Where the ratio of treatment to control lies, each bound wrong with a chance of at most alpha at any time. */
export interface RatioBounds {
  /** Absent: nothing is known. */
  readonly atLeast?: number;
  /** Never below 1. Absent: nothing is known. */
  readonly atMost?: number;
}

const WIDEST = 1000;
/** Halvings of the logarithm: the bound is right to three digits, which is what people read of it. */
const HALVINGS = 16;

/**
 * The bounds that well-formed windows give, for people to read: the largest ratio that harm rejects, and the smallest
 * that safety rejects. Both kinds of evidence grow toward their side (for safety: above 1), so halving finds the edge.
 * Source: reference note on rollouts, A3.1 and A3.5.
 */
export function boundRatio(windows: readonly ErrorWindow[], alpha = ERROR_RATIO_DEFAULTS.alpha): RatioBounds {
  const { phi, clusteringKnown } = assessErrorRatio(windows, { ...ERROR_RATIO_DEFAULTS, alpha });
  const enough = -Math.log(alpha);
  const alike = addAlike(windows);
  const rejects = (hypothesis: RatioHypothesis): boolean => {
    const tally = createTally(hypothesis);
    for (const arms of alike) tally.add(arms);
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

/** Windows whose odds of being in the treatment differ by less than 0.2 % are taken for alike. */
const STEPS = 500;

/**
 * There may be weeks of windows, and each bound is looked for in many steps. Windows with nearly the same share of the
 * treatment say nearly the same together: the bound moves by less than its own accuracy. Alarms never use these sums.
 */
function addAlike(windows: readonly ErrorWindow[]): readonly Arms[] {
  const sums = new Map<number, Arms>();
  for (const { treatment, control } of windows) {
    if (treatment.errors + control.errors === 0) continue;
    if (treatment.exposures === 0 || control.exposures === 0) continue;
    const step = Math.round(STEPS * Math.log(treatment.exposures / control.exposures));
    const sum = sums.get(step) ?? { treatment: NO_COUNTS, control: NO_COUNTS };
    sums.set(step, {
      treatment: addCounts(sum.treatment, treatment),
      control: addCounts(sum.control, control),
    });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([, arms]) => arms);
}

type Arms = Pick<ErrorWindow, 'treatment' | 'control'>;

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
