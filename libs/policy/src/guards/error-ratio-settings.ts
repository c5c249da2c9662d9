import { safetyBelow } from './evidence.js';

/** Settings of the guard on the error ratio. Sources of the defaults: reference note on rollouts, A3.1 and I8. */
export interface ErrorRatioSettings {
  /** The chance of a false alarm over the whole life of the rollout, however often one looks. */
  readonly alpha: number;
  /** How many times as often as the control the treatment may fail. */
  readonly nullRatio: number;
  /** No alarm before the treatment had so many errors. Only delays alarms. */
  readonly minErrors: number;
  /** No alarm while the treatment's share of errors lies below this; 0.0005 would ignore what is under 0.05 %. */
  readonly minShare: number;
  /** Data older than this is no data: three flush periods of ten seconds. */
  readonly freshWithinMs: number;
  /** Pass only once it is proved that the treatment fails less than this many times as often; absent: no proof. */
  readonly proveBelow?: number;
  /** The chance that the proof is wrong. */
  readonly proofAlpha: number;
}

export const ERROR_RATIO_DEFAULTS: ErrorRatioSettings = {
  alpha: 0.05,
  nullRatio: 1,
  minErrors: 5,
  minShare: 0,
  freshWithinMs: 30_000,
  proofAlpha: 0.05,
};

/** Why settings cannot be used; `undefined` when they can. */
export function whyUnusable(settings: ErrorRatioSettings): string | undefined {
  for (const name of ['alpha', 'proofAlpha'] as const)
    if (!(settings[name] > 0 && settings[name] < 1))
      return `The guard's ${name} is ${settings[name]}: set a number between 0 and 1.`;
  if (!(settings.nullRatio > 0 && Number.isFinite(settings.nullRatio)))
    return `The guard's nullRatio is ${settings.nullRatio}: set a number above 0.`;
  const floors = [settings.minErrors, settings.minShare, settings.freshWithinMs];
  if (!floors.every((floor) => floor >= 0))
    return `The guard's minErrors, minShare and freshWithinMs are ${floors.join(', ')}: set numbers from 0.`;
  const { proveBelow } = settings;
  if (
    proveBelow === undefined ||
    (Number.isFinite(proveBelow) && safetyBelow(proveBelow).alternatives.length > 0)
  )
    return undefined;
  return `The guard's proveBelow is ${proveBelow}: set a ratio above 0.4, such as 2; less is not provable.`;
}
