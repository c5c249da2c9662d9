import { assessErrorRatio } from '../assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS, type ErrorRatioSettings } from '../error-ratio-settings.js';
import type { ErrorWindow } from '../error-window.js';
import { addWindow, logEvidence, noEvidence, safetyBelow } from '../evidence.js';
import type { Random } from './random.js';

/** The scenarios of the reference note on rollouts, A3.6 and A3.7, run through the code that judges real windows. */
const WINDOW_MS = 10_000;

export interface Baseline {
  readonly name: string;
  /** Share of calls that fail in both arms, by how much of the ramp is over (0 to 1). */
  readonly rate: (progress: number) => number;
}

export const BASELINES: readonly Baseline[] = [
  { name: 'flat 1 %', rate: () => 0.01 },
  { name: 'rises 0.5 to 1.5 %', rate: (progress) => 0.005 + 0.01 * progress },
  { name: 'incident to 5 % in the last third', rate: (progress) => (progress < 2 / 3 ? 0.01 : 0.05) },
  { name: 'falls 2 to 0.5 %', rate: (progress) => 0.02 - 0.015 * progress },
];

const RAMP_SHARES: readonly number[] = [0.01, 0.05, 0.25, 0.5, 0.75];
const RAMP_WINDOWS = 500;
const RAMP_CALLS = 2000;

/** A share that grows from 1 to 75 % while the baseline moves, without any effect. True: a false alarm. */
export function rampAlarms(
  baseline: Baseline,
  random: Random,
  settings: Partial<ErrorRatioSettings> = {},
): boolean {
  const windows: ErrorWindow[] = [];
  for (let index = 0; index < RAMP_WINDOWS; index += 1) {
    const share = RAMP_SHARES[Math.floor((index * RAMP_SHARES.length) / RAMP_WINDOWS)] as number;
    const treated = Math.round(RAMP_CALLS * share);
    const rate = baseline.rate(index / RAMP_WINDOWS);
    windows.push(
      windowAt(index, random, {
        treated,
        treatedRate: rate,
        controls: RAMP_CALLS - treated,
        controlRate: rate,
      }),
    );
  }
  return assessErrorRatio(windows, { ...ERROR_RATIO_DEFAULTS, ...settings }).alarmedAtMs !== undefined;
}

export interface Regression {
  readonly from: number;
  readonly to: number;
  /** The treatment's share of all calls. */
  readonly share: number;
  /** Treatment calls from look to look, and how many looks at most. */
  readonly callsPerLook: number;
  readonly looks: number;
}

/** Treatment calls until the alarm; infinite if there is none. */
export function callsUntilAlarm(
  regression: Regression,
  random: Random,
  settings: Partial<ErrorRatioSettings> = {},
): number {
  const { from, to, share, callsPerLook, looks } = regression;
  const controls = Math.round((callsPerLook * (1 - share)) / share);
  const windows = Array.from({ length: looks }, (_, index) =>
    windowAt(index, random, { treated: callsPerLook, treatedRate: to, controls, controlRate: from }),
  );
  const { alarmedAtMs } = assessErrorRatio(windows, { ...ERROR_RATIO_DEFAULTS, ...settings });
  return alarmedAtMs === undefined ? Number.POSITIVE_INFINITY : (alarmedAtMs / WINDOW_MS) * callsPerLook;
}

/** Treatment calls until it is proved that the ratio is below the bound; infinite if it never is. */
export function callsUntilProof(regression: Regression, random: Random, proveBelow: number): number {
  const { from, to, share, callsPerLook, looks } = regression;
  const controls = Math.round((callsPerLook * (1 - share)) / share);
  const hypothesis = safetyBelow(proveBelow);
  let sums = noEvidence(hypothesis);
  for (let index = 0; index < looks; index += 1) {
    const arms = { treated: callsPerLook, treatedRate: to, controls, controlRate: from };
    sums = addWindow(sums, windowAt(index, random, arms), hypothesis);
    if (logEvidence(sums) >= -Math.log(ERROR_RATIO_DEFAULTS.proofAlpha)) return (index + 1) * callsPerLook;
  }
  return Number.POSITIVE_INFINITY;
}

/** Looks at arms with the same rate over and over; true: a false alarm. A rate of the treatment apart tests other nulls. */
export function flatAlarms(
  flat: { readonly arms: Arms; readonly looks: number },
  random: Random,
  settings: Partial<ErrorRatioSettings> = {},
): boolean {
  const windows = Array.from({ length: flat.looks }, (_, index) => windowAt(index, random, flat.arms));
  return assessErrorRatio(windows, { ...ERROR_RATIO_DEFAULTS, ...settings }).alarmedAtMs !== undefined;
}

export interface Arms {
  readonly treated: number;
  readonly treatedRate: number;
  readonly controls: number;
  readonly controlRate: number;
}

function windowAt(index: number, random: Random, arms: Arms): ErrorWindow {
  return {
    startMs: index * WINDOW_MS,
    endMs: (index + 1) * WINDOW_MS,
    stratum: 'all',
    treatment: { exposures: arms.treated, errors: random.binomial(arms.treated, arms.treatedRate) },
    control: { exposures: arms.controls, errors: random.binomial(arms.controls, arms.controlRate) },
  };
}
