/** Table A3.7 of the reference note on rollouts, the first: calls of the treatment until the alarm. */
export type Figures = readonly [median: number, p90: number];

export interface Regression {
  readonly from: number;
  readonly to: number;
  /** The note does not say how often it looks, but its figures do: all of a row are multiples of this. */
  readonly callsPerLook: number;
  /** e-process, aCS, naive z with both arms alike; e-process and aCS with a canary of 5 %. */
  readonly even: readonly [Figures, Figures, Figures];
  readonly canary: readonly [Figures, Figures];
  /** The target of acceptance for the canary. */
  readonly atMost?: number;
}

export const REGRESSIONS: readonly Regression[] = [
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
