import { expect, it } from '@jest/globals';
import { measureInstanceClustering } from './clustering.js';
import type { ErrorWindow } from './error-window.js';
import { judgeErrorRatio } from './judge-error-ratio.js';
import { boundRatio } from './ratio-bounds.js';

const NOW_MS = 100_000;

function aWindow(
  [exposures, errors, controls, controlErrors]: readonly [number, number, number, number],
  changes: Partial<ErrorWindow> = {},
): ErrorWindow {
  return {
    startMs: NOW_MS - 10_000,
    endMs: NOW_MS,
    stratum: 'all',
    treatment: { exposures, errors },
    control: { exposures: controls, errors: controlErrors },
    ...changes,
  };
}

const MEASURED = { clustering: { kind: 'measured', phi: 1 } } as const;

it('fails once the evidence has reached its bound, and stays failed', () => {
  const bad = aWindow([1000, 30, 1000, 5], { startMs: NOW_MS - 20_000, endMs: NOW_MS - 10_000 });
  const good = aWindow([1000, 0, 1000, 40]);
  expect(judgeErrorRatio([bad], {}, NOW_MS)).toMatchObject({ verdict: 'fail', cause: 'worse' });
  const after = judgeErrorRatio([good, bad], {}, NOW_MS);
  expect(after).toMatchObject({ verdict: 'fail', evidence: { alarmedAtMs: NOW_MS - 10_000 } });
  expect(after.reason).toContain('30 of 2000');
});

it('waits for so many errors as the floor asks', () => {
  expect(judgeErrorRatio([aWindow([10, 4, 10_000, 0])], {}, NOW_MS).verdict).not.toBe('fail');
  expect(judgeErrorRatio([aWindow([10, 4, 10_000, 0])], { minErrors: 4 }, NOW_MS).verdict).toBe('fail');
});

it('takes clustering out of the evidence', () => {
  const windows = (phi: number) => [aWindow([1000, 30, 1000, 5], { clustering: { kind: 'measured', phi } })];
  expect(judgeErrorRatio(windows(1), {}, NOW_MS).verdict).toBe('fail');
  expect(judgeErrorRatio(windows(30), {}, NOW_MS).verdict).toBe('pass');
});

it('is inconclusive without data, with old data, and without the proof that was asked for', () => {
  const asked = (windows: readonly ErrorWindow[], settings = {}) => {
    const { verdict, cause } = judgeErrorRatio(windows, settings, NOW_MS);
    return `${verdict}: ${cause}`;
  };
  expect(asked([])).toBe('inconclusive: no-data');
  expect(asked([aWindow([100, 0, 0, 0])])).toBe('inconclusive: no-data');
  expect(asked([aWindow([9, 0, 9, 0], { startMs: 0, endMs: NOW_MS - 30_001 })])).toBe('inconclusive: stale');
  const few = aWindow([20, 0, 400, 4], MEASURED);
  const many = aWindow([2000, 20, 40_000, 400], MEASURED);
  expect(asked([few], { proveBelow: 3 })).toBe('inconclusive: unproven');
  expect(asked([many], { proveBelow: 3 })).toBe('pass: proven');
  // Nobody says how the errors cluster: they could all be one client's.
  expect(asked([aWindow([2000, 20, 40_000, 400])], { proveBelow: 3 })).toBe('inconclusive: unproven');
  expect(asked([few])).toBe('pass: clear');
});

it('answers with an error, never with a pass, to what cannot be judged', () => {
  const asked = (windows: readonly ErrorWindow[], settings = {}) =>
    judgeErrorRatio(windows, settings, NOW_MS);
  expect(asked([aWindow([1, 2, 10, 0])])).toMatchObject({ verdict: 'error', cause: 'malformed' });
  expect(asked([aWindow([1, 2, 10, 0])]).reason).toContain('more errors (2) than exposures (1)');
  for (const window of [
    aWindow([1.5, 0, 10, 0]),
    aWindow([-1, 0, 10, 0]),
    aWindow([Number.NaN, 0, 10, 0]),
    aWindow([1, 0, 10, 0], { endMs: 0 }),
    aWindow([1, 0, 10, 0], { startMs: NOW_MS + 90_000, endMs: NOW_MS + 100_000 }),
    aWindow([1, 0, 10, 0], { clustering: { kind: 'measured', phi: -1 } }),
    aWindow([1, 0, 10, 0], { clustering: { kind: 'subjects', errors: 5, squares: 4 } }),
  ])
    expect(asked([window]).verdict).toBe('error');
  for (const settings of [
    { alpha: 0 },
    { alpha: 1 },
    { nullRatio: 0 },
    { minErrors: -1 },
    { proveBelow: 0.4 },
  ])
    expect(asked([aWindow([100, 1, 100, 1])], settings).verdict).toBe('error');
  expect(judgeErrorRatio([], {}, Number.NaN).verdict).toBe('error');
});

it('decides alike whatever the order of the rows', () => {
  const windows = Array.from({ length: 7 }, (_, index) =>
    aWindow([100 + index, index, 900, 7 - index], { startMs: 1000 * index, endMs: 1000 * index + 999 }),
  );
  expect(judgeErrorRatio([...windows].reverse(), {}, 7000)).toEqual(judgeErrorRatio(windows, {}, 7000));
});

it('bounds the ratio around what it is', () => {
  const { atLeast = 0, atMost = 0 } = boundRatio([aWindow([10_000, 300, 10_000, 100], MEASURED)]);
  expect(atLeast).toBeGreaterThan(2);
  expect(atLeast).toBeLessThan(3);
  expect(atMost).toBeGreaterThan(3);
  expect(atMost).toBeLessThan(5);
  expect(boundRatio([])).toEqual({});
});

it('measures clustering over instances: one when they are alike, more when one is not', () => {
  const alike = Array.from({ length: 50 }, (_, index) => ({ exposures: 1000, errors: 10 + (index % 3) }));
  const one = alike.map((counts, index) => (index === 0 ? { exposures: 1000, errors: 400 } : counts));
  expect(measureInstanceClustering({ candidate: alike, control: alike })).toBe(1);
  expect(measureInstanceClustering({ candidate: alike, control: one })).toBeGreaterThan(20);
  expect(
    measureInstanceClustering({ candidate: [{ exposures: 9, errors: 1 }], control: [] }),
  ).toBeUndefined();
  // Harm alone is no cluster: the arms differ, the instances of each do not.
  const harmed = alike.map(({ exposures }) => ({ exposures, errors: 200 }));
  expect(measureInstanceClustering({ candidate: harmed, control: alike })).toBe(1);
});
