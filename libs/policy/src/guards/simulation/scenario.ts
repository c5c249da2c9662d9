import type { ErrorWindow } from '../error-window.js';
import type { Detector, Pooled } from './detectors.js';
import type { Random } from './random.js';

/** By method: at how many calls of the treatment it stopped the rollout; infinite if it never did. */
export type Outcomes = { readonly [method: string]: number };

/** What the reference note gives for a method: a share of false alarms, or calls until the alarm. */
export interface Published {
  readonly share?: number;
  readonly median?: number;
  readonly p90?: number;
  /** An acceptance target: the median may not be above it. */
  readonly atMost?: number;
  /** Why its median cannot be had again, and which one is measured; it counts as missed all the same. */
  readonly instead?: { readonly median: number; readonly why: string };
}

/** One row of a table of the reference note on rollouts. */
export interface Scenario {
  readonly table: string;
  readonly name: string;
  /** `false-alarms`: there is no effect, and every alarm is false. */
  readonly kind: 'false-alarms' | 'detection';
  readonly runs: number;
  readonly simulate: (random: Random) => Outcomes;
  readonly published: { readonly [method: string]: Published };
  /** The methods of the product: these have to keep what is published. The others are for contrast. */
  readonly ours: readonly string[];
}

export interface Arms {
  readonly treated: number;
  readonly treatedRate: number;
  readonly controls: number;
  readonly controlRate: number;
}

const WINDOW_MS = 10_000;

export function drawWindow(index: number, random: Random, arms: Arms): ErrorWindow {
  return {
    startMs: index * WINDOW_MS,
    endMs: (index + 1) * WINDOW_MS,
    stratum: 'all',
    treatment: { exposures: arms.treated, errors: random.binomial(arms.treated, arms.treatedRate) },
    control: { exposures: arms.controls, errors: random.binomial(arms.controls, arms.controlRate) },
  };
}

/** Arms with the treatment's share of all calls. */
export function armsOf(
  rates: { readonly from: number; readonly to: number },
  share: number,
  treated: number,
): Arms {
  return {
    treated,
    treatedRate: rates.to,
    controls: Math.round((treated * (1 - share)) / share),
    controlRate: rates.from,
  };
}

/** All detectors watch the same windows until each has stopped the rollout, or the looks are over. */
export function race(
  detectors: readonly Detector[],
  looks: number,
  windowAt: (index: number) => ErrorWindow,
): Outcomes {
  const outcomes: { [method: string]: number } = {};
  for (const { name } of detectors) outcomes[name] = Number.POSITIVE_INFINITY;
  let open = [...detectors];
  let pooled: Pooled = { treated: 0, treatedErrors: 0, controls: 0, controlErrors: 0 };
  for (let index = 0; index < looks && open.length > 0; index += 1) {
    const window = windowAt(index);
    pooled = addToPool(pooled, window);
    open = open.filter(({ name, look }) => {
      if (!look(window, pooled)) return true;
      outcomes[name] = pooled.treated;
      return false;
    });
  }
  return outcomes;
}

export function addToPool(pooled: Pooled, { treatment, control }: ErrorWindow): Pooled {
  return {
    treated: pooled.treated + treatment.exposures,
    treatedErrors: pooled.treatedErrors + treatment.errors,
    controls: pooled.controls + control.exposures,
    controlErrors: pooled.controlErrors + control.errors,
  };
}

export function inPercent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}
