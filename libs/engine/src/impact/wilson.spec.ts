import { expect, it } from '@jest/globals';
import { estimateShare } from './index.js';

// Table I, method 3, of R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998).
it.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('gives the published interval of %i of %i', (hits, of, low, high) => {
  const estimate = estimateShare(hits, of);
  expect(estimate.share).toBe(hits / of);
  expect(estimate.low.toFixed(4)).toBe(low.toFixed(4));
  expect(estimate.high.toFixed(4)).toBe(high.toFixed(4));
});

it('knows nothing of nobody, and mirrors hits and misses', () => {
  expect(estimateShare(0, 0)).toEqual({ share: 0, low: 0, high: 1 });
  const [few, many] = [estimateShare(3, 40), estimateShare(37, 40)];
  expect(few.low).toBeCloseTo(1 - many.high, 12);
  expect(few.high).toBeCloseTo(1 - many.low, 12);
  expect(estimateShare(20, 20)).toMatchObject({ share: 1, high: 1 });
});
