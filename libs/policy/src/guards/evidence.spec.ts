import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ErrorWindow } from './error-window.js';
import {
  addWindow,
  harmBeyond,
  logEvidence,
  noEvidence,
  type RatioHypothesis,
  safetyBelow,
} from './evidence.js';

type Counts = readonly [treated: number, treatedErrors: number, controls: number, controlErrors: number];

function windowOf([exposures, errors, controls, controlErrors]: Counts): ErrorWindow {
  return {
    startMs: 0,
    endMs: 10_000,
    stratum: 'eu',
    treatment: { exposures, errors },
    control: { exposures: controls, errors: controlErrors },
  };
}

function sumsOf(windows: readonly Counts[], hypothesis: RatioHypothesis) {
  return windows.reduce(
    (sums, counts) => addWindow(sums, windowOf(counts), hypothesis),
    noEvidence(hypothesis),
  );
}

/** The golden vectors of the reference note on guarded rollouts, table A3.4: ln E after each window. */
const GOLDEN: readonly {
  windows: readonly Counts[];
  nullRatio?: number;
  phi?: number;
  after: readonly number[];
}[] = [
  {
    windows: [
      [100, 2, 100, 0],
      [100, 2, 100, 1],
      [100, 5, 100, 1],
    ],
    after: [0.938697, 0.51736, 1.630353],
  },
  {
    windows: [
      [50, 3, 950, 5],
      [50, 2, 950, 8],
      [200, 6, 800, 9],
    ],
    after: [2.742692, 3.652771, 4.273317],
  },
  { windows: [[1000, 30, 1000, 10]], after: [3.902351] },
  {
    windows: [
      [500, 15, 500, 5],
      [500, 15, 500, 5],
    ],
    after: [1.649038, 3.902351],
  },
  { windows: [[1000, 30, 1000, 10]], nullRatio: 1.25, after: [2.074831] },
  { windows: [[1000, 30, 1000, 10]], nullRatio: 1.5, after: [0.932523] },
  { windows: [[1000, 30, 1000, 10]], nullRatio: 2, after: [-0.378696] },
  { windows: [[1000, 30, 1000, 10]], nullRatio: 3, after: [-1.591954] },
  { windows: [[1000, 30, 1000, 10]], phi: 2, after: [1.649038] },
  { windows: [[1000, 2, 1000, 20]], after: [-4.087762] },
  { windows: [[1000, 0, 1000, 0]], after: [0] },
  { windows: [[10, 5, 10, 0]], after: [2.587079] },
];

describe('the evidence of harm', () => {
  it.each(GOLDEN.map((row, index) => ({ ...row, row: index + 1 })))(
    'gives the published figures of row $row',
    (row) => {
      const hypothesis = harmBeyond(row.nullRatio ?? 1);
      let sums = noEvidence(hypothesis);
      row.windows.forEach((counts, index) => {
        sums = addWindow(sums, windowOf(counts), hypothesis);
        expect(Math.abs(logEvidence(sums, row.phi ?? 1) - (row.after[index] as number))).toBeLessThan(1e-6);
      });
    },
  );
});

describe('the evidence', () => {
  const rate = fc.integer({ min: 0, max: 50 });
  const counts = fc
    .tuple(rate, rate, rate, rate)
    .map(([x, more, y, others]): Counts => [x + more, x, y + others, y]);

  it('does not depend on how windows of the same shares are cut', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 5 }), (one, times) => {
        const whole = one.map((count) => count * times) as unknown as Counts;
        const hypothesis = harmBeyond(1);
        const cut = sumsOf(
          Array.from({ length: times }, () => one),
          hypothesis,
        );
        expect(logEvidence(cut)).toBeCloseTo(logEvidence(sumsOf([whole], hypothesis)), 8);
      }),
    );
  });

  it('is not moved by a window in which an arm was empty or nothing failed', () => {
    const hypothesis = safetyBelow(3);
    const before = sumsOf([[100, 1, 900, 40]], hypothesis);
    for (const idle of [
      [0, 0, 500, 20],
      [50, 3, 0, 0],
      [70, 0, 800, 0],
    ] as const)
      expect(addWindow(before, windowOf(idle), hypothesis)).toEqual(before);
  });

  it('keeps its mean at one or below while the arms are alike', () => {
    // Exactly, over all splits of x errors on arms of n and m: hypergeometric, which a binomial bet never beats.
    const [n, m, x] = [6, 14, 5];
    const choose = (all: number, some: number): number =>
      some === 0 ? 1 : (choose(all - 1, some - 1) * all) / some;
    let mean = 0;
    for (let hit = 0; hit <= x; hit += 1) {
      const chance = (choose(n, hit) * choose(m, x - hit)) / choose(n + m, x);
      mean += chance * Math.exp(logEvidence(sumsOf([[n, hit, m, x - hit]], harmBeyond(1))));
    }
    expect(mean).toBeLessThanOrEqual(1 + 1e-12);
    expect(mean).toBeGreaterThan(0.5);
  });
});
