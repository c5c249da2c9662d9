import type { ErrorWindow } from './error-window.js';

// Where code runs in a context of its own, as under jest, every use of a global is a slow look-up.
const { exp, log, log1p, max, sqrt } = Math;

/**
 * A bet against "the error ratio of treatment to control is `nullRatio` (or lies on its far side)": a mixture, with
 * equal weights, of bets on the alternatives. All above `nullRatio`: evidence of harm. All below: evidence of safety.
 */
export interface RatioHypothesis {
  readonly nullRatio: number;
  readonly alternatives: readonly number[];
}

/** Multiples of the null ratio that the search for harm bets on. Source: reference note on rollouts, A3.1. */
export const HARM_MULTIPLES: readonly number[] = [1.25, 1.5, 2, 3, 5, 10, 30, 100];

/** Ratios that the proof of safety bets on, beside the root of the bound. Source: the same, A3.5. */
export const SAFE_RATIOS: readonly number[] = [0.4, 0.6, 0.8, 1];

/** "The treatment fails at most `nullRatio` times as often as the control." */
export function harmBeyond(nullRatio: number): RatioHypothesis {
  return { nullRatio, alternatives: HARM_MULTIPLES.map((multiple) => multiple * nullRatio) };
}

/** "The treatment fails at least `bound` times as often", which safety has to refute; bounds from 0.4 have no bets. */
export function safetyBelow(bound: number): RatioHypothesis {
  const alternatives = [...SAFE_RATIOS, sqrt(bound)].filter((ratio) => ratio < bound);
  return { nullRatio: bound, alternatives };
}

/**
 * What the windows say for each alternative: the sum of the logarithms of the likelihood ratios, alternative to null,
 * of how the errors of a window fell on the arms, given how many there were.
 *
 * Given x errors in all, one of them is the treatment's with chance r·w / (1 − w + r·w), where w is the treatment's
 * share of the exposures and r the ratio. The baseline drops out: a bad minute that hits both arms says nothing.
 */
export type LogRatios = readonly number[];

export function noEvidence(hypothesis: RatioHypothesis): LogRatios {
  return hypothesis.alternatives.map(() => 0);
}

/** The sums after one more window. Without errors, or with an empty arm, they stay as they were. */
export function addWindow(sums: LogRatios, window: ErrorWindow, hypothesis: RatioHypothesis): LogRatios {
  const tally = createTally(hypothesis, sums);
  return tally.add(window) ? tally.sums : sums;
}

/** The same sums, kept in place for those who add thousands of windows. */
export interface EvidenceTally {
  readonly sums: LogRatios;
  /** False: the window says nothing, and the sums stay as they were. */
  readonly add: (window: Pick<ErrorWindow, 'treatment' | 'control'>) => boolean;
}

export function createTally(
  hypothesis: RatioHypothesis,
  from: LogRatios = noEvidence(hypothesis),
): EvidenceTally {
  const { nullRatio, alternatives } = hypothesis;
  const sums = [...from];
  const gains = alternatives.map((ratio) => log(ratio / nullRatio));
  // Windows in a row mostly have the same share, and logarithms are what adding a window costs.
  const losses = alternatives.map(() => 0);
  let lossesOf = Number.NaN;
  const add: EvidenceTally['add'] = ({ treatment, control }) => {
    const errors = treatment.errors + control.errors;
    if (errors === 0 || treatment.exposures === 0 || control.exposures === 0) return false;
    const share = treatment.exposures / (treatment.exposures + control.exposures);
    if (share !== lossesOf) {
      lossesOf = share;
      // The quotient (1 − w + r·w) / (1 − w + r0·w), written so that nothing is lost when it is close to 1.
      const scale = share / (1 - share + nullRatio * share);
      for (let index = 0; index < losses.length; index += 1)
        losses[index] = log1p(((alternatives[index] as number) - nullRatio) * scale);
    }
    for (let index = 0; index < sums.length; index += 1)
      sums[index] =
        (sums[index] as number) +
        treatment.errors * (gains[index] as number) -
        errors * (losses[index] as number);
    return true;
  };
  return { sums, add };
}

/**
 * The logarithm of the mean of exp(sum / phi). While the null holds, its exponential ever reaches 1 / alpha with a
 * chance of at most alpha, however often one looks (Ville); so the alarm is at −ln alpha.
 */
export function logEvidence(sums: LogRatios, phi = 1): number {
  const highest = max(...sums) / phi;
  let total = 0;
  for (const sum of sums) total += exp(sum / phi - highest);
  return highest + log(total / sums.length);
}
