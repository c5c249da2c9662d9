import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.js';

test('lets a burst through, then as many as trickle in, and says when the next is there', () => {
  const buckets = new TokenBuckets({ burst: 3, perSecond: 2 });
  expect([0, 0, 0].map((ms) => buckets.take('a', ms))).toEqual([0, 0, 0]);
  expect(buckets.take('a', 0)).toBeCloseTo(0.5);
  expect(buckets.take('b', 0)).toBe(0);
  expect(buckets.take('a', 400)).toBeCloseTo(0.1);
  expect(buckets.take('a', 500)).toBe(0);
  expect(buckets.take('a', 1_000_000)).toBe(0);
});

test('forgets the name that was not heard of for longest', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, 2);
  for (const name of ['a', 'b', 'a', 'c']) buckets.take(name, 0);
  expect(buckets.take('a', 0)).toBeGreaterThan(0);
  expect(buckets.take('b', 0)).toBe(0);
});

test('never lets more through than the burst and what the time gives', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 50 }),
      (pauses, burst, rate) => {
        const buckets = new TokenBuckets({ burst, perSecond: rate });
        let nowMs = 0;
        let taken = 0;
        for (const pause of pauses) {
          nowMs += pause;
          if (buckets.take('a', nowMs) === 0) taken += 1;
          expect(taken).toBeLessThanOrEqual(burst + (nowMs / 1000) * rate + 1e-6);
        }
      },
    ),
  );
});
