import type { Outcome } from '../model/index.js';

/** The variant that everyone gets without a draw: `serve`, or the arm of a split that has all of it. */
export function certainVariant(outcome: Outcome): string | undefined {
  if ('serve' in outcome) return outcome.serve;
  return outcome.split.arms.find(([, weight]) => weight > 0 && weight === outcome.split.total)?.[0];
}
