import { asymptoticSequence, eProcess, zTest } from './detectors.js';
import { PLANNED, plannedCalls } from './planned-sample.js';
import { type Figures, REGRESSIONS, type Regression } from './published-detection.js';
import { armsOf, drawWindow, inPercent, type Published, race, type Scenario } from './scenario.js';

const CANARY = 0.05;
/** How many times the longest published p90 a run lasts at most. */
const PATIENCE = 3;

const asPublished = ([median, p90]: Figures): Published => ({ median, p90 });

function detect(row: Regression, share: number): Scenario {
  const figures = share === 0.5 ? row.even : row.canary;
  const longest = Math.max(...figures.map(([, p90]) => p90));
  const arms = armsOf(row, share, row.callsPerLook);
  const looks = Math.ceil((PATIENCE * longest) / row.callsPerLook);
  const canary = share === 0.5 ? {} : row.atMost === undefined ? {} : { atMost: row.atMost };
  return {
    table: `A3.7 Treatment calls until the alarm, ${share === 0.5 ? '50/50' : 'canary of 5 %'}`,
    name: `${inPercent(row.from)} to ${inPercent(row.to)}`,
    kind: 'detection',
    runs: 1000,
    simulate: (random) => ({
      ...race([eProcess(), asymptoticSequence(), zTest(1.645, { name: 'naive z' })], looks, (index) =>
        drawWindow(index, random, arms),
      ),
      'fixed n': plannedCalls(row, share),
    }),
    published: {
      'e-process': { ...asPublished(figures[0]), ...canary },
      aCS: asPublished(figures[1]),
      ...(figures[2] === undefined ? {} : { 'naive z': asPublished(figures[2]) }),
      'fixed n': { median: PLANNED[`${row.from} ${row.to}`]?.[share === 0.5 ? 0 : 1] as number },
    },
    ours: ['e-process'],
  };
}

/** Smaller alphas, and the floor of five errors that is on by default; the text below A3.7, and A3.1. */
const SETTINGS: readonly (readonly [string, { from: number; to: number }, object, Published, number])[] = [
  ['1 to 5 %, alpha 0.02', { from: 0.01, to: 0.05 }, { alpha: 0.02 }, { median: 140 }, 20],
  ['1 to 5 %, alpha 0.01', { from: 0.01, to: 0.05 }, { alpha: 0.01 }, { median: 160 }, 20],
  ['1 to 5 %, alpha 0.001', { from: 0.01, to: 0.05 }, { alpha: 0.001 }, { median: 240 }, 20],
  [
    '1 to 5 %, at least 5 errors',
    { from: 0.01, to: 0.05 },
    { minErrors: 5 },
    { median: 120, atMost: 130 },
    20,
  ],
  ['0.1 to 1 %, at least 5 errors', { from: 0.001, to: 0.01 }, { minErrors: 5 }, { median: 500 }, 50],
];

const settings: readonly Scenario[] = SETTINGS.map(([name, rates, changes, published, callsPerLook]) => ({
  table: 'A3.7 The e-process with other settings, canary of 5 %',
  name,
  kind: 'detection',
  runs: 1000,
  simulate: (random) => {
    const arms = armsOf(rates, CANARY, callsPerLook);
    return race([eProcess(changes)], 400, (index) => drawWindow(index, random, arms));
  },
  published: { 'e-process': published },
  ours: ['e-process'],
}));

export const DETECTION_SCENARIOS: readonly Scenario[] = [
  ...REGRESSIONS.map((row) => detect(row, 0.5)),
  ...REGRESSIONS.map((row) => detect(row, CANARY)),
  ...settings,
];
