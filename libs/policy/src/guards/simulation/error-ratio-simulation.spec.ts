import { describe, expect, it, jest } from '@jest/globals';
import { brokenClientAlarms } from './broken-clients.js';
import { quantile, upperShare } from './quantile.js';
import { createRandom } from './random.js';
import {
  type Arms,
  BASELINES,
  callsUntilAlarm,
  callsUntilProof,
  flatAlarms,
  type Regression,
  rampAlarms,
} from './ratio-scenarios.js';

/**
 * Repeats the simulations of the reference note on rollouts with the code that judges real windows, and prints the
 * figures. `npm test` runs a short seeded version that asks for 5 % and two standard errors at most (A3.8);
 * `npm run test:long` runs the whole tables, often enough to put the upper limit of the 95 % interval below 6 %.
 */
const LONG = process.env.GUIDON_TEST_LONG === '1';
const SEED = 20261123;
jest.setTimeout(LONG ? 600_000 : 60_000);

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Runs a scenario many times; the share of alarms, and a line for the report. */
function countAlarms(
  name: string,
  runs: number,
  scenario: (random: ReturnType<typeof createRandom>) => boolean,
) {
  const random = createRandom(SEED);
  let hits = 0;
  for (let run = 0; run < runs; run += 1) if (scenario(random)) hits += 1;
  const upper = upperShare(hits, runs);
  return {
    share: hits / runs,
    upper,
    line: `${name}: ${hits} of ${runs}, ${percent(hits / runs)} (below ${percent(upper)})`,
  };
}

/** What each share of false alarms has to keep: the bound of the reference note, as sharply as the runs allow. */
function expectRare(
  { share, upper }: { readonly share: number; readonly upper: number },
  runs: number,
): void {
  if (!LONG) {
    expect(share).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / runs));
    return;
  }
  expect(share).toBeLessThanOrEqual(0.05);
  expect(upper).toBeLessThan(0.06);
}

/** Median and 90th percentile of calls over many runs. */
function measure(runs: number, scenario: (random: ReturnType<typeof createRandom>) => number) {
  const random = createRandom(SEED);
  const calls = Array.from({ length: runs }, () => scenario(random));
  return { median: quantile(calls, 0.5), p90: quantile(calls, 0.9) };
}

describe('without an effect', () => {
  it('alarms in at most 5 % of rollouts whose share grows while the baseline drifts', () => {
    const runs = LONG ? 3000 : 40;
    const results = BASELINES.map((baseline) =>
      countAlarms(`1 to 75 %, ${baseline.name}`, runs, (random) =>
        rampAlarms(baseline, random, { minErrors: 0 }),
      ),
    );
    console.log(['False alarms in 500 looks', ...results.map(({ line }) => line)].join('\n'));
    for (const result of results) expectRare(result, runs);
  });

  it('alarms in at most 5 % of rollouts with broken clients once clustering is taken out', () => {
    const runs = LONG ? 300 : 15;
    const rows = (LONG ? [0, 0.002, 0.01] : [0.01]).flatMap((broken) => {
      const clients = { subjects: 2000, windows: 50, broken };
      const name = `${percent(broken)} of clients fail half their calls`;
      let raw = 0;
      const corrected = countAlarms(`${name}, corrected`, runs, (random) => {
        const alarms = brokenClientAlarms(clients, random);
        raw += Number(alarms.raw);
        return alarms.corrected;
      });
      return { broken, raw, corrected };
    });
    console.log(
      rows.map(({ raw, corrected }) => `${corrected.line}; uncorrected ${raw} of ${runs}`).join('\n'),
    );
    for (const { broken, raw, corrected } of rows) {
      expectRare(corrected, runs);
      // The scenario has teeth: without the correction even the lower end of the interval breaks the bound. The note has
      // 17 and 28 % here, with traffic that it does not describe in full; ours gives 8 and 25 %.
      if (broken > 0) expect(1 - upperShare(runs - raw, runs)).toBeGreaterThan(0.05);
    }
  });

  it('alarms in at most 5 % of rollouts that are looked at again and again', () => {
    const rows = LONG ? FLAT : FLAT.slice(0, 2);
    const runs = LONG ? 1500 : 50;
    const results = rows.map(({ name, arms, looks, ...settings }) =>
      countAlarms(name, runs, (random) => flatAlarms({ arms, looks }, random, { minErrors: 0, ...settings })),
    );
    console.log(['False alarms, the same rates all the time', ...results.map(({ line }) => line)].join('\n'));
    for (const result of results) expectRare(result, runs);
  });
});

function even(rate: number, ratio = 1): Arms {
  return { treated: 100, treatedRate: rate * ratio, controls: 100, controlRate: rate };
}

function canary(rate: number): Arms {
  return { treated: 100, treatedRate: rate, controls: 1900, controlRate: rate };
}

/** The rows of table A3.6, and nulls that the proof of the method covers only for rare errors. */
const FLAT: readonly { name: string; arms: Arms; looks: number; nullRatio?: number }[] = [
  { name: '5/95, 1 %', arms: canary(0.01), looks: 200 },
  { name: '5/95, 0.1 %', arms: canary(0.001), looks: 200 },
  { name: '50/50, 1 %', arms: even(0.01), looks: 1000 },
  { name: '50/50, 0.1 %', arms: even(0.001), looks: 1000 },
  { name: '50/50, 5 %', arms: even(0.05), looks: 1000 },
  { name: '5/95, 5 %', arms: canary(0.05), looks: 200 },
  { name: '50/50, 1 against 1.25 %, null ratio 1.25', arms: even(0.01, 1.25), looks: 1000, nullRatio: 1.25 },
  { name: '50/50, 20 against 25 %, null ratio 1.25', arms: even(0.2, 1.25), looks: 1000, nullRatio: 1.25 },
  { name: '50/50, 10 against 30 %, null ratio 3', arms: even(0.1, 3), looks: 1000, nullRatio: 3 },
];

interface DetectionRow extends Omit<Regression, 'looks'> {
  /** Treatment calls until the alarm, table A3.7. */
  readonly median: number;
  /** What the product promises, acceptance target T2. */
  readonly atMost?: number;
  readonly minErrors?: number;
}

const DETECTION: readonly DetectionRow[] = [
  { from: 0.01, to: 0.05, share: 0.05, callsPerLook: 10, median: 120, atMost: 130 },
  { from: 0.001, to: 0.01, share: 0.05, callsPerLook: 50, median: 350, atMost: 380 },
  { from: 0.01, to: 0.05, share: 0.5, callsPerLook: 20, median: 220 },
  { from: 0.001, to: 0.01, share: 0.5, callsPerLook: 50, median: 750 },
  // With the floor that is on by default; it costs calls where errors are rare.
  { from: 0.01, to: 0.05, share: 0.05, callsPerLook: 10, median: 120, atMost: 130, minErrors: 5 },
  { from: 0.001, to: 0.01, share: 0.05, callsPerLook: 50, median: 500, minErrors: 5 },
];

const DETECTION_LONG: readonly DetectionRow[] = [
  { from: 0.001, to: 0.002, share: 0.5, callsPerLook: 100, median: 19_000 },
  { from: 0.001, to: 0.002, share: 0.05, callsPerLook: 100, median: 9600 },
  { from: 0.001, to: 0.005, share: 0.5, callsPerLook: 100, median: 2100 },
  { from: 0.001, to: 0.005, share: 0.05, callsPerLook: 100, median: 1000 },
  { from: 0.01, to: 0.015, share: 0.5, callsPerLook: 100, median: 7300 },
  { from: 0.01, to: 0.015, share: 0.05, callsPerLook: 100, median: 3800 },
  { from: 0.01, to: 0.02, share: 0.5, callsPerLook: 50, median: 2100 },
  { from: 0.01, to: 0.02, share: 0.05, callsPerLook: 50, median: 1100 },
  { from: 0.05, to: 0.06, share: 0.5, callsPerLook: 100, median: 8900 },
  { from: 0.05, to: 0.06, share: 0.05, callsPerLook: 100, median: 4600 },
  { from: 0.05, to: 0.1, share: 0.5, callsPerLook: 20, median: 440 },
  { from: 0.05, to: 0.1, share: 0.05, callsPerLook: 20, median: 240 },
  { from: 0.01, to: 0.5, share: 0.5, callsPerLook: 10, median: 20 },
  { from: 0.01, to: 0.5, share: 0.05, callsPerLook: 10, median: 10 },
];

describe('with an effect', () => {
  it('alarms after as many calls as published', () => {
    const results = (LONG ? [...DETECTION, ...DETECTION_LONG] : DETECTION.slice(0, 2)).map((row) => {
      const { minErrors = 0, median, callsPerLook } = row;
      const looks = Math.ceil((5 * median) / callsPerLook);
      return {
        row,
        ...measure(LONG ? 1000 : 800, (random) => callsUntilAlarm({ ...row, looks }, random, { minErrors })),
      };
    });
    console.log(
      [
        'Treatment calls until the alarm',
        ...results.map(
          ({ row, median, p90 }) =>
            `${percent(row.from)} to ${percent(row.to)} at ${percent(row.share)}, from ${row.minErrors ?? 0} errors: median ${median} (published ${row.median}), p90 ${p90}`,
        ),
      ].join('\n'),
    );
    for (const { row, median } of results) {
      expect(Math.abs(median / row.median - 1)).toBeLessThanOrEqual(0.15);
      if (row.atMost !== undefined) expect(median).toBeLessThanOrEqual(row.atMost);
    }
  });
});

/** Table A3.5: treatment calls until a ratio of the bound is rejected while the truth is 1. */
const PROOFS: readonly (Omit<Regression, 'looks' | 'to'> & { bound: number; median: number })[] = [
  { from: 0.01, share: 0.05, bound: 5, callsPerLook: 50, median: 150 },
  { from: 0.01, share: 0.5, bound: 3, callsPerLook: 50, median: 950 },
];

const PROOFS_LONG: typeof PROOFS = [
  { from: 0.001, share: 0.5, bound: 5, callsPerLook: 500, median: 5000 },
  { from: 0.001, share: 0.05, bound: 5, callsPerLook: 500, median: 1500 },
  { from: 0.001, share: 0.05, bound: 3, callsPerLook: 500, median: 3500 },
  { from: 0.001, share: 0.05, bound: 2, callsPerLook: 500, median: 11_000 },
  { from: 0.01, share: 0.5, bound: 2, callsPerLook: 50, median: 2450 },
  { from: 0.01, share: 0.05, bound: 2, callsPerLook: 50, median: 1050 },
  { from: 0.05, share: 0.5, bound: 1.5, callsPerLook: 20, median: 1540 },
  { from: 0.05, share: 0.05, bound: 1.5, callsPerLook: 20, median: 740 },
];

it('proves safety after as many calls as published', () => {
  const results = (LONG ? [...PROOFS, ...PROOFS_LONG] : PROOFS.slice(0, 1)).map((row) => {
    const regression = { ...row, to: row.from, looks: Math.ceil((8 * row.median) / row.callsPerLook) };
    return { row, ...measure(LONG ? 1000 : 200, (random) => callsUntilProof(regression, random, row.bound)) };
  });
  console.log(
    [
      'Treatment calls until it is proved that the ratio is below a bound',
      ...results.map(
        ({ row, median, p90 }) =>
          `${percent(row.from)} at ${percent(row.share)}, below ${row.bound}: median ${median} (published ${row.median}), p90 ${p90}`,
      ),
    ].join('\n'),
  );
  for (const { row, median } of results)
    expect(Math.abs(median - row.median)).toBeLessThanOrEqual(Math.max(row.callsPerLook, 0.15 * row.median));
});

it('wrongly proves safety in at most 5 % of rollouts that are as bad as the bound', () => {
  const runs = LONG ? 5000 : 40;
  const rows = [
    { from: 0.01, to: 0.03, share: 0.05 },
    { from: 0.1, to: 0.3, share: 0.5 },
  ].map((rates) => {
    const name = `${percent(rates.from)} against ${percent(rates.to)} at ${percent(rates.share)}, below 3`;
    return countAlarms(name, runs, (random) =>
      Number.isFinite(callsUntilProof({ ...rates, callsPerLook: 50, looks: 300 }, random, 3)),
    );
  });
  console.log(['Wrong proofs in 300 looks', ...rows.map(({ line }) => line)].join('\n'));
  for (const row of rows) expectRare(row, runs);
});
