import {
  asymptoticSequence,
  type Detector,
  eProcess,
  fixedSample,
  mixtureRatioTest,
  proof,
  twiceTheUsual,
  zTest,
} from './detectors.js';
import { armsOf, drawWindow, inPercent, type Published, race, type Scenario } from './scenario.js';

/** Arms with the same rate all the time, looked at over and over. */
interface Flat {
  readonly rate: number;
  readonly share: number;
  readonly looks: number;
  readonly callsPerLook: number;
}

const METHODS = ['z > 1.645', 'z > 1.96', '2x rule', 'mSPRT', 'aCS', 'e-process', 'e, r0 = 1.25', 'fixed n'];

const ROWS: readonly (readonly [share: number, rate: number, published: readonly number[]])[] = [
  [0.5, 0.001, [33.4, 19.8, 100, 0.4, 1.6, 2.9, 1.0, 5.0]],
  [0.5, 0.01, [42.5, 26.5, 48.1, 2.6, 2.6, 3.0, 0.6, 4.5]],
  [0.5, 0.05, [44.2, 28.9, 0, 3.3, 3.4, 2.0, 0.3, 4.7]],
  [0.05, 0.001, [38.0, 27.7, 70.8, 8.3, 0.1, 2.3, 0.6, 5.9]],
  [0.05, 0.01, [37.2, 25.9, 1.8, 5.7, 0.2, 1.7, 0.1, 4.4]],
  [0.05, 0.05, [36.8, 24.1, 0, 3.2, 1.1, 1.2, 0.1, 5.1]],
];

function watch(flat: Flat, createDetectors: () => readonly Detector[]): Scenario['simulate'] {
  const arms = armsOf({ from: flat.rate, to: flat.rate }, flat.share, flat.callsPerLook);
  return (random) => race(createDetectors(), flat.looks, (index) => drawWindow(index, random, arms));
}

function inShares(methods: readonly string[], percents: readonly number[]): { [method: string]: Published } {
  return Object.fromEntries(
    methods.map((name, index) => [name, { share: (percents[index] as number) / 100 }]),
  );
}

const flat: readonly Scenario[] = ROWS.map(([share, rate, published]) => {
  const row: Flat = { rate, share, looks: share === 0.5 ? 1000 : 200, callsPerLook: 100 };
  return {
    table: 'A3.6 False alarms, watched all the time',
    name: `${share === 0.5 ? '50/50' : '5/95'}, ${inPercent(rate)}`,
    kind: 'false-alarms',
    runs: share === 0.5 ? 3000 : 1500,
    simulate: watch(row, () => [
      zTest(1.645, { name: 'z > 1.645' }),
      zTest(1.96, { name: 'z > 1.96' }),
      twiceTheUsual(rate),
      mixtureRatioTest(),
      asymptoticSequence(),
      eProcess(),
      eProcess({ nullRatio: 1.25 }, 'e, r0 = 1.25'),
      fixedSample(row.looks),
    ]),
    published: inShares(METHODS, published),
    ours: ['e-process', 'e, r0 = 1.25'],
  };
});

const GROWTH: readonly (readonly [looks: number, published: readonly number[]])[] = [
  [10, [18.1, 18.5, 0.9, 1.5]],
  [100, [31.9, 36.8, 2.5, 2.4]],
  [1000, [43.2, 52.3, 3.6, 2.8]],
  [5000, [50.2, 60.7, 3.9, 2.8]],
];

const growth: readonly Scenario[] = GROWTH.map(([looks, published]) => ({
  table: 'A3.6 False alarms by the number of looks (1 %, 50/50)',
  name: `${looks} looks`,
  kind: 'false-alarms',
  runs: 1500,
  simulate: watch({ rate: 0.01, share: 0.5, looks, callsPerLook: 200 }, () => [
    zTest(1.645, { name: 'z > 1.645' }),
    zTest(1.96, { name: '|z| > 1.96', isTwoSided: true }),
    asymptoticSequence(),
    eProcess(),
  ]),
  published: inShares(['z > 1.645', '|z| > 1.96', 'aCS', 'e-process'], published),
  ours: ['e-process'],
}));

/** Arms that are as bad as the null allows, where the proof of the method is for rare errors only; not in the note. */
const NULLS: readonly (readonly [from: number, ratio: number])[] = [
  [0.01, 1.25],
  [0.2, 1.25],
  [0.1, 3],
];

const edges: readonly Scenario[] = NULLS.map(([from, ratio]) => ({
  table: 'False alarms at the edge of the null (not in the note)',
  name: `50/50, ${inPercent(from)} against ${inPercent(from * ratio)}, r0 = ${ratio}`,
  kind: 'false-alarms',
  runs: 1500,
  simulate: (random) => {
    const arms = armsOf({ from, to: from * ratio }, 0.5, 100);
    return race([eProcess({ nullRatio: ratio })], 1000, (index) => drawWindow(index, random, arms));
  },
  published: {},
  ours: ['e-process'],
}));

const wrongProofs: readonly Scenario[] = [
  { from: 0.01, to: 0.03, share: 0.05 },
  { from: 0.1, to: 0.3, share: 0.5 },
].map(({ share, ...rates }) => ({
  table: 'Wrong proofs of safety (not in the note)',
  name: `${inPercent(share)}, ${inPercent(rates.from)} against ${inPercent(rates.to)}, below 3`,
  kind: 'false-alarms',
  runs: 1500,
  simulate: (random) => {
    const arms = armsOf(rates, share, 50);
    return race([proof(3)], 300, (index) => drawWindow(index, random, arms));
  },
  published: {},
  ours: ['proof'],
}));

export const FLAT_SCENARIOS: readonly Scenario[] = [...flat, ...growth, ...edges, ...wrongProofs];
