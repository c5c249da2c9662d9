import { startErrorRatio } from '../assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS, type ErrorRatioSettings } from '../error-ratio-settings.js';
import type { ErrorWindow } from '../error-window.js';
import { createTally, logEvidence, safetyBelow } from '../evidence.js';

const { log, sqrt } = Math;

/** Counts since the beginning, of all looks in one. */
export interface Pooled {
  readonly treated: number;
  readonly treatedErrors: number;
  readonly controls: number;
  readonly controlErrors: number;
}

/** A way to watch a rollout: true once it would stop it. */
export interface Detector {
  readonly name: string;
  readonly look: (window: ErrorWindow, pooled: Pooled) => boolean;
}

/** What the product does, through the code that judges real windows. */
export function eProcess(settings: Partial<ErrorRatioSettings> = {}, name = 'e-process'): Detector {
  const run = startErrorRatio({ ...ERROR_RATIO_DEFAULTS, minErrors: 0, ...settings });
  return { name, look: (window) => run.add([window]) };
}

/** The proof of safety of the product. */
export function proof(below: number): Detector {
  const tally = createTally(safetyBelow(below));
  const provedAt = -log(ERROR_RATIO_DEFAULTS.proofAlpha);
  return { name: 'proof', look: (window) => tally.add(window) && logEvidence(tally.sums) >= provedAt };
}

// What others do, for contrast. None of it guards anything in the product.

/** The z-test of two shares at every look; with two sides where `isTwoSided`. */
export function zTest(
  limit: number,
  { name, isTwoSided = false }: { name: string; isTwoSided?: boolean },
): Detector {
  return {
    name,
    look: (_, pooled) => {
      const z = zOf(pooled);
      return z > limit || (isTwoSided && -z > limit);
    },
  };
}

export function zOf({ treated, treatedErrors, controls, controlErrors }: Pooled): number {
  const variance = pooledVariance({ treated, treatedErrors, controls, controlErrors });
  return variance > 0 ? (treatedErrors / treated - controlErrors / controls) / sqrt(variance) : 0;
}

function pooledVariance({ treated, treatedErrors, controls, controlErrors }: Pooled): number {
  const share = (treatedErrors + controlErrors) / (treated + controls);
  return share * (1 - share) * (1 / treated + 1 / controls);
}

/** Asymptotic confidence sequence after Waudby-Smith and others, with the N* of GrowthBook's documentation. */
export function asymptoticSequence(name = 'aCS', alpha = 0.1): Detector {
  const twice = -2 * log(alpha);
  const rhoSquared = (twice + log(twice + 1)) / 5000;
  return {
    name,
    look: (_, pooled) => {
      const { difference, variance } = differenceOf(pooled);
      const calls = pooled.treated + pooled.controls;
      const grown = calls * rhoSquared + 1;
      const half =
        sqrt(variance * calls) * sqrt((2 * grown * log(sqrt(grown) / alpha)) / (calls * calls * rhoSquared));
      return variance > 0 && difference > half;
    },
  };
}

/** Mixture sequential probability ratio test with the variance of all calls together plugged in. */
export function mixtureRatioTest(alpha = 0.1, tau = 0.01): Detector {
  return {
    name: 'mSPRT',
    look: (_, pooled) => {
      const { difference } = differenceOf(pooled);
      const variance = pooledVariance(pooled);
      if (!(variance > 0) || difference <= 0) return false;
      const total = variance + tau * tau;
      const logRatio =
        log(variance / total) / 2 + (tau * tau * difference * difference) / (2 * variance * total);
      return logRatio >= -log(alpha);
    },
  };
}

function differenceOf({ treated, treatedErrors, controls, controlErrors }: Pooled) {
  const [p, q] = [treatedErrors / treated, controlErrors / controls];
  return { difference: p - q, variance: (p * (1 - p)) / treated + (q * (1 - q)) / controls };
}

/** Three windows of 500 calls, in all, with more than twice the usual share: a failure budget without sample size. */
export function twiceTheUsual(usual: number): Detector {
  let calls = 0;
  let errors = 0;
  let failures = 0;
  return {
    name: '2x rule',
    look: ({ treatment }) => {
      calls += treatment.exposures;
      errors += treatment.errors;
      if (calls < 500) return false;
      if (errors / calls > 2 * usual) failures += 1;
      calls = 0;
      errors = 0;
      return failures >= 3;
    },
  };
}

/** One look at the planned end. */
export function fixedSample(looks: number): Detector {
  let look = 0;
  return {
    name: 'fixed n',
    look: (_, pooled) => {
      look += 1;
      return look === looks && zOf(pooled) > 1.645;
    },
  };
}
