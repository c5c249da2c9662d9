import type { ErrorWindow } from '../error-window.js';
import { asymptoticSequence, eProcess, type Pooled, zTest } from './detectors.js';
import type { Random } from './random.js';
import { addToPool, drawWindow, type Outcomes, type Scenario } from './scenario.js';

/** A share that grows from 1 to 75 % while the baseline moves, without any effect. */
interface Baseline {
  readonly name: string;
  /** Share of calls that fail in both arms, by how much of the ramp is over (0 to 1). */
  readonly rate: (progress: number) => number;
  /** Pooled z, pooled aCS, aCS with a control of equal size, e-process; percent. */
  readonly published: readonly [number, number, number, number];
}

const BASELINES: readonly Baseline[] = [
  { name: 'flat 1 %', rate: () => 0.01, published: [58.5, 0.5, 2.8, 3.3] },
  {
    name: 'rises 0.5 to 1.5 %',
    rate: (progress) => 0.005 + 0.01 * progress,
    published: [100, 100, 3.3, 3.0],
  },
  {
    name: 'incident to 5 % in the last third',
    rate: (progress) => (progress < 2 / 3 ? 0.01 : 0.05),
    published: [100, 100, 4.0, 1.8],
  },
  { name: 'falls 2 to 0.5 %', rate: (progress) => 0.02 - 0.015 * progress, published: [41, 0, 2.8, 2.3] },
];

const SHARES: readonly number[] = [0.01, 0.05, 0.25, 0.5, 0.75];
const WINDOWS = 500;
const CALLS = 2000;

export const RAMP_SCENARIOS: readonly Scenario[] = BASELINES.map((baseline) => ({
  table: 'A3.6 False alarms in a ramp 1 to 75 %, 500 looks',
  name: baseline.name,
  kind: 'false-alarms',
  runs: 1500,
  simulate: (random) => liveRamp(baseline, random),
  published: {
    'pooled z': { share: baseline.published[0] / 100 },
    'pooled aCS': { share: baseline.published[1] / 100 },
    'matched aCS': { share: baseline.published[2] / 100 },
    'e-process': { share: baseline.published[3] / 100 },
  },
  ours: ['e-process'],
}));

function liveRamp(baseline: Baseline, random: Random): Outcomes {
  const outcomes: { [method: string]: number } = {};
  const methods = [zTest(1.645, { name: 'pooled z' }), asymptoticSequence('pooled aCS'), eProcess()];
  const matched = asymptoticSequence('matched aCS');
  for (const { name } of [...methods, matched]) outcomes[name] = Number.POSITIVE_INFINITY;
  let pooled: Pooled = { treated: 0, treatedErrors: 0, controls: 0, controlErrors: 0 };
  let pairs = pooled;
  for (let index = 0; index < WINDOWS; index += 1) {
    const share = SHARES[Math.floor((index * SHARES.length) / WINDOWS)] as number;
    const { window, equal } = drawParts(index, random, { share, rate: baseline.rate(index / WINDOWS) });
    pooled = addToPool(pooled, window);
    pairs = addToPool(pairs, equal);
    for (const { name, look } of methods)
      if (outcomes[name] === Number.POSITIVE_INFINITY && look(window, pooled))
        outcomes[name] = pooled.treated;
    if (outcomes[matched.name] === Number.POSITIVE_INFINITY && matched.look(equal, pairs))
      outcomes[matched.name] = pooled.treated;
  }
  return outcomes;
}

/** The window, and the part of it in which both arms are as large as the smaller one. */
function drawParts(
  index: number,
  random: Random,
  { share, rate }: { readonly share: number; readonly rate: number },
): { readonly window: ErrorWindow; readonly equal: ErrorWindow } {
  const treated = Math.round(CALLS * share);
  const size = Math.min(treated, CALLS - treated);
  const rates = { treatedRate: rate, controlRate: rate };
  const equal = drawWindow(index, random, { ...rates, treated: size, controls: size });
  const rest = drawWindow(index, random, {
    ...rates,
    treated: treated - size,
    controls: CALLS - treated - size,
  });
  const add = (arm: 'treatment' | 'control') => ({
    exposures: equal[arm].exposures + rest[arm].exposures,
    errors: equal[arm].errors + rest[arm].errors,
  });
  return { equal, window: { ...equal, treatment: add('treatment'), control: add('control') } };
}
