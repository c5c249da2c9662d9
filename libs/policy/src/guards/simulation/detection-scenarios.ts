import { asymptoticSequence, eProcess, zTest } from './detectors.js';
import { PLANNED, plannedCalls } from './planned-sample.js';
import { armsOf, drawWindow, inPercent, type Published, race, type Scenario } from './scenario.js';

type Figures = readonly [median: number, p90: number];

interface Regression {
  readonly from: number;
  readonly to: number;
  readonly callsPerLook: number;
  /** e-process, aCS, naive z with both arms alike; e-process and aCS with a canary of 5 %. */
  readonly even: readonly [Figures, Figures, Figures];
  readonly canary: readonly [Figures, Figures];
  /** The target of acceptance for the canary. */
  readonly atMost?: number;
}

const REGRESSIONS: readonly Regression[] = [
  {
    from: 0.001,
    to: 0.002,
    callsPerLook: 100,
    even: [
      [19_000, 46_100],
      [20_900, 49_100],
      [4100, 17_400],
    ],
    canary: [
      [9600, 22_400],
      [20_200, 36_300],
    ],
  },
  {
    from: 0.001,
    to: 0.005,
    callsPerLook: 100,
    even: [
      [2100, 5000],
      [2700, 5000],
      [800, 2300],
    ],
    canary: [
      [1000, 2500],
      [2800, 4600],
    ],
  },
  {
    from: 0.001,
    to: 0.01,
    callsPerLook: 50,
    even: [
      [750, 1650],
      [1050, 1750],
      [350, 800],
    ],
    canary: [
      [350, 800],
      [1000, 1650],
    ],
    atMost: 380,
  },
  {
    from: 0.01,
    to: 0.015,
    callsPerLook: 100,
    even: [
      [7300, 15_900],
      [5900, 14_500],
      [1400, 6000],
    ],
    canary: [
      [3800, 8500],
      [5200, 10_600],
    ],
  },
  {
    from: 0.01,
    to: 0.02,
    callsPerLook: 50,
    even: [
      [2100, 4650],
      [1950, 4200],
      [500, 1900],
    ],
    canary: [
      [1100, 2500],
      [1650, 3000],
    ],
  },
  {
    from: 0.01,
    to: 0.05,
    callsPerLook: 20,
    even: [
      [220, 500],
      [380, 600],
      [80, 220],
    ],
    canary: [
      [120, 260],
      [240, 400],
    ],
    atMost: 130,
  },
  {
    from: 0.05,
    to: 0.06,
    callsPerLook: 100,
    even: [
      [8900, 25_900],
      [6400, 16_500],
      [1400, 5700],
    ],
    canary: [
      [4600, 13_100],
      [4500, 10_300],
    ],
  },
  {
    from: 0.05,
    to: 0.1,
    callsPerLook: 20,
    even: [
      [440, 960],
      [520, 880],
      [100, 360],
    ],
    canary: [
      [240, 500],
      [280, 520],
    ],
  },
  {
    from: 0.01,
    to: 0.5,
    callsPerLook: 10,
    even: [
      [20, 20],
      [50, 60],
      [10, 10],
    ],
    canary: [
      [10, 10],
      [20, 30],
    ],
  },
];

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
  ['1 to 5 %, alpha 0.02', { from: 0.01, to: 0.05 }, { alpha: 0.02 }, { median: 140 }, 10],
  ['1 to 5 %, alpha 0.01', { from: 0.01, to: 0.05 }, { alpha: 0.01 }, { median: 160 }, 10],
  ['1 to 5 %, alpha 0.001', { from: 0.01, to: 0.05 }, { alpha: 0.001 }, { median: 240 }, 10],
  [
    '1 to 5 %, at least 5 errors',
    { from: 0.01, to: 0.05 },
    { minErrors: 5 },
    { median: 120, atMost: 130 },
    10,
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
  ...REGRESSIONS.map((row) =>
    // Looks of the note are finer for the canary where the figures are.
    detect(row.to === 0.05 ? { ...row, callsPerLook: 10 } : row, CANARY),
  ),
  ...settings,
];
