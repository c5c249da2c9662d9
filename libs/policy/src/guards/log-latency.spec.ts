import { describe, expect, it } from '@jest/globals';
import {
  type LatencyArm,
  LOG_LATENCY_DEFAULTS,
  mixtureBoundary,
  mixtureRho,
  startLogLatency,
} from './log-latency.js';

// Table A3.4 of the reference note: s² = 1, alpha 0.05, tightest near 250 pairs.
describe('the bound of the normal mixture', () => {
  const rho = mixtureRho(250, 0.05);

  it('has the published variance', () => {
    expect(Math.abs(rho - 39.5016)).toBeLessThan(5e-5);
  });

  it.each([
    [10, 15.464],
    [50, 22.0312],
    [250, 43.7017],
    [1000, 90.4788],
    [10_000, 319.1109],
  ])('is at V = %d where it was published', (variance, published) => {
    expect(Math.abs(mixtureBoundary(variance, rho, 0.05) - published)).toBeLessThan(5e-5);
  });

  it('agrees to 1e-6 with figures of another program', () => {
    // From the formula in A3.2, computed apart with 15 digits.
    expect(Math.abs(rho - GOLDEN.rho)).toBeLessThan(1e-6);
    for (const [variance, bound] of GOLDEN.boundaries)
      expect(Math.abs(mixtureBoundary(variance, rho, 0.05) - bound)).toBeLessThan(1e-6);
  });
});

const GOLDEN: { rho: number; boundaries: readonly (readonly [number, number])[] } = {
  rho: 39.5015872671,
  boundaries: [
    [10, 15.463956612],
    [50, 22.031222781],
    [250, 43.701706011],
    [1000, 90.478803269],
    [10000, 319.110936555],
  ],
};

/** Latencies of an arm that are spread evenly around a mean of the logarithm. */
function arm(calls: number, mean: number, spread = 0.6): LatencyArm {
  return { calls, logSum: calls * mean, logSquares: calls * mean ** 2 + (calls - 1) * spread ** 2 };
}

describe('the guard on latency on average', () => {
  const row = (index: number, treatment: LatencyArm, control: LatencyArm) => ({
    endMs: 10_000 * (index + 1),
    treatment,
    control,
  });

  it('looks only once both arms had enough calls', () => {
    const run = startLogLatency(LOG_LATENCY_DEFAULTS);
    expect(run.add([row(0, arm(99, 9), arm(5000, 4))])).toBe(false);
    expect(run.evidence().highestSlower).toBeUndefined();
    expect(run.add([row(1, arm(1, 9), arm(1, 4))])).toBe(true);
    expect(run.evidence().alarmedAtMs).toBe(20_000);
  });

  it('is not misled by a service that gets slower for everybody while the share grows', () => {
    const run = startLogLatency(LOG_LATENCY_DEFAULTS);
    for (let index = 0; index < 200; index += 1) {
      const mean = 4 + index / 100;
      run.add([row(index, arm(10 + index, mean), arm(390 - index, mean))]);
    }
    expect(run.evidence()).toMatchObject({ slower: expect.any(Number) });
    expect(run.evidence().alarmedAtMs).toBeUndefined();
    expect(run.evidence().ratio).toBeCloseTo(1, 10);
  });

  it('allows what the plan allows', () => {
    const alarms = (nullRatio: number) => {
      const run = startLogLatency({ ...LOG_LATENCY_DEFAULTS, nullRatio });
      for (let index = 0; index < 50; index += 1)
        run.add([row(index, arm(100, 4 + Math.log(1.3)), arm(100, 4))]);
      return run.evidence();
    };
    expect(alarms(1).alarmedAtMs).toBeDefined();
    expect(alarms(1).atLeast).toBeGreaterThan(1.2);
    expect(alarms(1).atLeast).toBeLessThan(1.3);
    expect(alarms(1.4).alarmedAtMs).toBeUndefined();
  });
});
