import { expect, it } from '@jest/globals';
import { proofWait } from './proof-wait.js';

/** Median and ninetieth percentile of simulated rollouts: base error rate, ratio, at 50 percent, at 5 percent. */
const TABLE: readonly (readonly [number, number, readonly [number, number], readonly [number, number]])[] = [
  [0.001, 2, [22_500, 68_000], [11_000, 24_500]],
  [0.001, 3, [11_000, 28_000], [3_500, 8_500]],
  [0.001, 5, [5_000, 15_500], [1_500, 3_500]],
  [0.01, 2, [2_450, 6_800], [1_050, 2_750]],
  [0.01, 3, [950, 2_950], [350, 900]],
  [0.01, 5, [550, 1_600], [150, 350]],
  [0.05, 1.5, [1_540, 3_660], [740, 1_660]],
  [0.05, 2, [520, 1_340], [200, 520]],
  [0.05, 3, [220, 600], [80, 200]],
];

it('is within a third of what was simulated', () => {
  const off = TABLE.flatMap(([errorRate, ratioBelow, half, few]) =>
    (
      [
        [50_000, half],
        [5_000, few],
      ] as const
    ).flatMap(([parts, [median, mostly]]) => {
      const wait = proofWait({ errorRate, ratioBelow, parts });
      return [wait.median / median, wait.mostly / mostly];
    }),
  );
  expect(Math.max(...off)).toBeLessThan(4 / 3);
  expect(Math.min(...off)).toBeGreaterThan(2 / 3);
});

it('needs more calls for a stronger proof, rarer errors and a larger share', () => {
  const median = (ratioBelow: number, errorRate: number, parts: number) =>
    proofWait({ ratioBelow, errorRate, parts }).median;
  expect(median(2, 0.01, 1000)).toBeGreaterThan(median(3, 0.01, 1000));
  expect(median(2, 0.001, 1000)).toBeGreaterThan(median(2, 0.01, 1000));
  expect(median(2, 0.01, 50_000)).toBeGreaterThan(median(2, 0.01, 1000));
});
