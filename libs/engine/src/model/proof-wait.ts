import { TOTAL_PARTS } from './limits.js';

export interface ProofQuestion {
  /** What must be ruled out: the new variant fails so many times as often. Above 1. */
  readonly ratioBelow: number;
  /** Parts of 100,000 that have the new variant. */
  readonly parts: number;
  /** Of the calls of the others, the share that fails; 0.01 is one of a hundred. */
  readonly errorRate: number;
}

/** Calls with the new variant until the proof is there, if the variant is as good as the old one. */
export interface ProofWait {
  readonly median: number;
  /** Nine of ten rollouts need no more. */
  readonly mostly: number;
}

/**
 * How long "prove it is safe" takes. Fitted to the simulated table of the mirrored e-process at alpha 0.05: what is needed
 * is a number of errors, inversely as the square of the logarithm of the ratio, and more of them the larger the treatment's
 * part is, since the control then tells less. Within a third of every cell of that table.
 */
export function proofWait({ ratioBelow, parts, errorRate }: ProofQuestion): ProofWait {
  const log = Math.log(Math.max(ratioBelow, 1.01));
  const treated = Math.min(Math.max(parts / TOTAL_PARTS, 0.001), 0.99);
  // 4.7 errors at 5 percent, 12.5 at 50 percent: what an arm tells alone, and what the other one adds to the noise.
  const errors = 3.83 + 17.33 * treated;
  const median = errors / (errorRate * log * log);
  return { median, mostly: median * (2.2 + 1.2 * treated) };
}
