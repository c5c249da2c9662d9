import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clampWindowMs, isLastingRefusal, readRetryAfterMs, retryDelayMs } from './back-off.js';
import * as constants from './constants.js';

const usual = { failures: 0, windowMs: 5_000, extended: false };
const delays = (plan: Parameters<typeof retryDelayMs>[0]) =>
  [0, 0.5, 1].map((u) => retryDelayMs(plan, () => u));

describe('retryDelayMs', () => {
  test('spreads the first reconnect over the whole window of the server', () => {
    expect(delays({ ...usual, windowMs: 50_000 })).toEqual([0, 25_000, 50_000]);
  });

  test('doubles the ceiling with each failure up to the cap', () => {
    const windowMs = 1_000;
    const ceilings = [1, 2, 3, 4, 5, 6, 60].map((failures) =>
      retryDelayMs({ ...usual, windowMs, failures }, () => 1),
    );
    expect(ceilings).toEqual([2_250, 4_250, 8_250, 16_250, 30_250, 30_250, 30_250]);
  });

  test('never falls below the window when that is wider than the back-off', () => {
    expect(delays({ ...usual, failures: 1, windowMs: 100_000 })[2]).toBe(100_250);
  });

  test('waits 150 to 300 s after a refusal that lasts', () => {
    expect(delays({ ...usual, failures: 3, extended: true })).toEqual([150_000, 225_000, 300_000]);
  });

  test('takes Retry-After as a floor and spreads above it', () => {
    expect(delays({ ...usual, retryAfterMs: 7_000 })).toEqual([7_000, 10_500, 14_000]);
    expect(delays({ ...usual, retryAfterMs: 0 })).toEqual([0, 2_500, 5_000]);
  });

  test('keeps the longer of Retry-After and the extended delay', () => {
    expect(retryDelayMs({ ...usual, extended: true, retryAfterMs: 1_000 }, () => 0)).toBe(150_000);
  });

  test('stays finite and within ten minutes whatever happened', () => {
    const plan = fc.record({
      failures: fc.nat(),
      windowMs: fc.integer({ min: 1_000, max: 300_000 }),
      extended: fc.boolean(),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 300_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(plan, fc.double({ min: 0, max: 1, noNaN: true }), (p, u) => {
        const delay = retryDelayMs(p, () => u);
        return delay >= 0 && delay <= 600_000;
      }),
    );
  });

  test('meets the herd bound: no second sees more than N/W + 5·sqrt(N/W) of the first reconnects', () => {
    // The formula sheet's acceptance, with N = 10,000 clients and W = 12.5 s. The generator is seeded (mulberry32).
    let seed = 42;
    const random = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const seconds = new Map<number, number>();
    for (let i = 0; i < 10_000; i++) {
      const second = Math.floor(retryDelayMs({ ...usual, windowMs: 12_500 }, random) / 1_000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    expect(Math.max(...seconds.values())).toBeLessThanOrEqual(800 + 5 * Math.sqrt(800));
  });
});

describe('readRetryAfterMs', () => {
  test.each([
    ['3', undefined, 3_000],
    ['0', undefined, 0],
    ['999999', undefined, 300_000],
    ['-1', undefined, undefined],
    ['1.5', undefined, undefined],
    ['', undefined, undefined],
    ['soon', undefined, undefined],
    ['2026-08-18T00:00:00Z', 'Tue, 18 Aug 2026 00:00:00 GMT', undefined],
    ['Tue, 18 Aug 2026 00:00:09 GMT', 'Tue, 18 Aug 2026 00:00:00 GMT', 9_000],
    ['Tue, 18 Aug 2026 00:00:00 GMT', 'Tue, 18 Aug 2026 00:00:09 GMT', undefined],
    ['Tue, 18 Aug 2026 00:00:09 GMT', undefined, undefined],
  ])('reads %j beside the date %j as %j', (header, date, expected) => {
    expect(readRetryAfterMs(header, date)).toBe(expected);
  });
});

test('clamps the window of a server and ignores one that is no number', () => {
  expect([0, 1e9, 2_000, Number.NaN, '5', undefined].map((w) => clampWindowMs(w, 7_000))).toEqual([
    1_000, 300_000, 2_000, 7_000, 7_000, 7_000,
  ]);
});

test('counts wrong settings and 4xx as lasting, except time-out and too many', () => {
  const lasts = (status: number) => isLastingRefusal({ kind: 'status', sentence: '', status });
  expect([400, 401, 403, 404, 405].every(lasts)).toBe(true);
  expect([408, 429, 500, 503, 301].some(lasts)).toBe(false);
  expect(isLastingRefusal({ kind: 'settings', sentence: '' })).toBe(true);
  expect(isLastingRefusal({ kind: 'network', sentence: '' })).toBe(false);
});

test('gives a stale client more time than a first retry with a request can take before it calls that an error', () => {
  const firstRetryMs = constants.DEFAULT_WINDOW_MS + constants.HELLO_TIMEOUT_MS;
  expect(constants.GRACE_MS).toBeGreaterThan(firstRetryMs);
  expect(constants.GRACE_MARGIN_MS).toBeGreaterThanOrEqual(constants.HELLO_TIMEOUT_MS);
  expect(constants.HEARTBEATS_TO_DEATH).toBeGreaterThan(constants.HEARTBEATS_TO_SLEEP);
});
