import { expect, it, jest } from '@jest/globals';
import { assessErrorRatio } from '../assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS } from '../error-ratio-settings.js';
import type { ErrorWindow } from '../error-window.js';
import { brokenClientAlarms } from './broken-clients.js';
import { eProcess } from './detectors.js';
import { SCENARIOS } from './index.js';
import { upperShare } from './quantile.js';
import { createRandom } from './random.js';
import { type MethodSummary, runScenario, type ScenarioSummary, summarize } from './run-scenario.js';
import { armsOf, drawWindow, race, type Scenario } from './scenario.js';

/**
 * The simulations of the reference note on rollouts, through the code that judges real windows; `npm run
 * simulate:guards` prints the tables. `npm test` runs a few rows with fixed seeds; `npm run test:long` runs all rows of
 * errors and proofs often enough to put the upper limit of the 95 % interval of false alarms below 6 %.
 */
const LONG = process.env.GUIDON_TEST_LONG === '1';
const SEED = 20261123;
jest.setTimeout(LONG ? 1_200_000 : 60_000);

/** Rows of `npm test`, with runs that take a second or less. */
const SHORT: readonly (readonly [table: string, name: string, runs: number])[] = [
  ['A3.6 False alarms, watched', '5/95, 1 %', 100],
  ['A3.6 False alarms, watched', '50/50, 0.1 %', 20],
  ['A3.6 False alarms in a ramp', 'rises', 40],
  ['A3.6 False alarms in a ramp', 'incident', 40],
  ['A3.6 False alarms on latency, ramp', 'with a daily', 6],
  ['A3.6 False alarms with broken', '1 %', 4],
  ['A3.3 False alarms', '50 %', 20],
  ['A3.3 Subjects until', '45 %', 200],
  ['Wrong proofs', '50 %', 40],
  ['A3.7 Treatment calls until the alarm, canary of 5 %', '1 % to 5 %', 1000],
  ['A3.7 Treatment calls until the alarm, canary of 5 %', '0.1 % to 1 %', 1000],
  ['A3.7 The e-process with other', '0.1 to 1 %', 1000],
  ['A3.7 Treatment calls until the alarm, latency, canary', '+25 %', 20],
  ['A3.5 Treatment calls until safety is proved, canary', '1 %, below 5', 1000],
];

function find([table, name]: (typeof SHORT)[number]): Scenario {
  const found = SCENARIOS.filter((it) => it.table.startsWith(table) && it.name.startsWith(name));
  expect(found.map((it) => it.name)).toHaveLength(1);
  return found[0] as Scenario;
}

function live(scenario: Scenario, runs: number): ScenarioSummary {
  return summarize(scenario, runScenario(scenario, { seed: SEED, from: 0, runs }));
}

const chosen = LONG
  ? SCENARIOS.map((scenario) => ({ scenario, runs: scenario.runs }))
  : SHORT.map((row) => ({ scenario: find(row), runs: row[2] }));

function methodOf({ methods }: ScenarioSummary, name: string): MethodSummary {
  return methods.find(({ method }) => method === name) as MethodSummary;
}

it('keeps the published figures in the rows that are run', () => {
  const summaries = chosen.map(({ scenario, runs }) => live(scenario, runs));
  const ours = summaries.flatMap(({ table, name, kind, methods }) =>
    methods.filter(({ isOurs }) => isOurs).map((it) => ({ ...it, kind, row: `${table}, ${name}` })),
  );
  console.log(
    ours
      .map(({ row, method, share, median, published }) =>
        [
          row,
          method,
          `alarms ${(100 * share).toFixed(1)} %`,
          `median ${median}`,
          JSON.stringify(published),
        ].join('; '),
      )
      .join('\n'),
  );
  expect(ours.length).toBeGreaterThanOrEqual(chosen.length);
  const missed = ours.flatMap((it) => (it.missed === undefined ? [] : [{ ...it, missed: it.missed }]));
  // Two published medians cannot be had again; the command says so and fails.
  const known = missed.filter(({ published }) => published?.instead !== undefined);
  expect(missed.filter((it) => !known.includes(it)).map((it) => `${it.row}: ${it.missed}`)).toEqual([]);
  if (LONG) expect(known).toHaveLength(2);
  if (!LONG) return;
  for (const { kind, share, upper } of ours.filter((it) => it.kind === 'false-alarms')) {
    expect(`${kind} ${share <= 0.05}`).toBe(`${kind} true`);
    expect(upper).toBeLessThan(0.06);
  }
});

it('gives the tests teeth: what others do alarms in most healthy rollouts', () => {
  const ramp = live(find(['A3.6 False alarms in a ramp', 'rises', 0]), 10);
  expect(methodOf(ramp, 'pooled z').share).toBe(1);
  expect(methodOf(ramp, 'pooled aCS').share).toBe(1);
  const [runs, clients] = [LONG ? 300 : 30, { subjects: 400, windows: 200, broken: 0.05 }];
  const random = createRandom(SEED);
  const alarms = Array.from({ length: runs }, () => brokenClientAlarms(clients, random));
  // Squares of single windows do not see a client that calls once in each.
  for (const way of ['raw', 'per window'] as const) {
    const without = alarms.filter((it) => it[way] === Number.POSITIVE_INFINITY).length;
    expect(1 - upperShare(without, runs)).toBeGreaterThan(0.05);
  }
  expect(alarms.filter(({ corrected }) => Number.isFinite(corrected)).length).toBeLessThanOrEqual(
    0.05 * runs + 1,
  );
});

it('says which bound is missed', () => {
  const scenario: Scenario = {
    table: 'planted',
    name: 'planted',
    kind: 'detection',
    runs: 1000,
    simulate: (random) => ({ ours: random.uniform() < 0.7 ? 117 : 90, others: 500 }),
    published: { ours: { median: 100 }, others: { median: 100 } },
    ours: ['ours'],
  };
  const [ours, others] = live(scenario, 1000).methods;
  expect(ours?.missed).toBe('median 117 is 17.0 % off the published 100');
  expect(others?.missed).toBeUndefined();
  const target = { ...scenario, published: { ours: { median: 117, atMost: 116 } } };
  expect(live(target, 1000).methods[0]?.missed).toBe('median 117, the target is 116');
  const alarms = { ...scenario, kind: 'false-alarms' as const };
  expect(live(alarms, 100).methods[0]?.missed).toContain('100.0 % false alarms');
  const silent = { ...scenario, simulate: () => ({ ours: Number.POSITIVE_INFINITY }) };
  expect(live(silent, 100).methods[0]?.missed).toBe('no alarm in half of the runs, published 100');
});

it('gives every run chance of its own, however runs are shared out', () => {
  const scenario = find(['A3.7 The e-process with other', '0.1 to 1 %', 0]);
  const whole = runScenario(scenario, { seed: 5, from: 0, runs: 12 });
  const parts = [0, 4, 8].flatMap((from) => runScenario(scenario, { seed: 5, from, runs: 4 }));
  expect(parts).toEqual(whole);
  expect(runScenario(scenario, { seed: 6, from: 0, runs: 12 })).not.toEqual(whole);
  expect(new Set(whole.map((it) => it['e-process'])).size).toBeGreaterThan(3);
});

it('alarms window by window just when the judge of stored windows does', () => {
  const settings = { minErrors: 0 };
  for (let seed = 0; seed < 40; seed += 1) {
    const random = createRandom(seed);
    const arms = armsOf({ from: 0.01, to: 0.02 }, 0.25, 40);
    const windows: ErrorWindow[] = Array.from({ length: 80 }, (_, index) => drawWindow(index, random, arms));
    const { alarmedAtMs } = assessErrorRatio(windows, { ...ERROR_RATIO_DEFAULTS, ...settings });
    const raced = race([eProcess(settings)], 80, (index) => windows[index] as ErrorWindow)[
      'e-process'
    ] as number;
    expect(raced).toBe(alarmedAtMs === undefined ? Number.POSITIVE_INFINITY : (alarmedAtMs / 10_000) * 40);
  }
});
