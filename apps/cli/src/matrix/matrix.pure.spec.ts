import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Assignment, MatrixFlag } from './matrix-flag.js';
import { contains, pairwise } from './pairwise.js';
import { planRuns } from './plan-runs.js';

const flag = (
  key: string,
  variants: readonly string[],
  requires: MatrixFlag['requires'] = [],
): MatrixFlag => ({
  ...{ key, variants, requires },
  safe: variants[0] as string,
  on: variants[1] ?? (variants[0] as string),
});
const levels = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
const isPossible = (flags: readonly MatrixFlag[], run: Assignment) =>
  flags.every(
    ({ key, safe, requires }) =>
      run[key] === safe ||
      requires.every(({ flag: other, variants }) => variants.includes(run[other] as string)),
  );
/** Every assignment there is, by brute force. */
function everyRun(flags: readonly MatrixFlag[]): Assignment[] {
  let runs: Assignment[] = [{}];
  for (const { key, variants } of flags)
    runs = runs.flatMap((run) => variants.map((variant) => ({ ...run, [key]: variant })));
  return runs;
}

function everyPair(flags: readonly MatrixFlag[]): Assignment[] {
  const levelsOf = ({ key, variants }: MatrixFlag) => variants.map((variant) => ({ [key]: variant }));
  return flags.flatMap((a, index) =>
    flags
      .slice(index + 1)
      .flatMap((b) =>
        levelsOf(a).flatMap((left) => levelsOf(b).map((right): Assignment => ({ ...left, ...right }))),
      ),
  );
}

/** Flags of two to four variants, some of which require variants of earlier ones. */
const anyFlags = fc
  .array(
    fc.record({
      count: fc.integer({ min: 2, max: 4 }),
      on: fc.nat(),
      picks: fc.array(fc.nat(3), { maxLength: 3 }),
      needs: fc.boolean(),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .map((all) => {
    const flags: MatrixFlag[] = [];
    for (const { count, on, picks, needs } of all) {
      const other = flags[on % Math.max(1, flags.length)];
      const allowed =
        other === undefined
          ? []
          : picks.map((pick) => other.variants[pick % other.variants.length] as string);
      const isBound = needs && other !== undefined && allowed.length > 0;
      const requires = isBound ? [{ flag: other.key, variants: [...new Set(allowed)] }] : [];
      flags.push(flag(`f${flags.length}`, levels(count), requires));
    }
    return flags;
  });

describe('pairwise runs', () => {
  it('cover every pair that can occur, name the others, and hold nothing that cannot', () => {
    fc.assert(
      fc.property(anyFlags, (flags) => {
        const { runs, possible, impossible, lowerBound } = pairwise(flags);
        const real = everyRun(flags).filter((run) => isPossible(flags, run));
        const pairs = everyPair(flags).map((pair) => ({
          pair,
          occurs: real.some((run) => contains(run, pair)),
          covered: runs.some((run) => contains(run, pair)),
          named: impossible.some((one) => contains(one, pair)),
        }));
        for (const one of pairs) expect(one).toEqual({ ...one, covered: one.occurs, named: !one.occurs });
        expect(possible).toBe(pairs.filter(({ occurs }) => occurs).length);
        expect(runs.every((run) => isPossible(flags, run))).toBe(true);
        expect(runs.length).toBeGreaterThanOrEqual(lowerBound);
      }),
      { numRuns: 150, seed: 20261125 },
    );
  });

  it('are not many more than there must be', () => {
    const shapes: [string, number[], number][] = [
      ['10 flags of 2', Array(10).fill(2), 8],
      ['50 flags of 2', Array(50).fill(2), 14],
      ['4 flags of 3', Array(4).fill(3), 12],
      ['13 flags of 3', Array(13).fill(3), 22],
      ['2 flags of 5 among 20 of 2', [5, 5, ...Array(20).fill(2)], 30],
    ];
    const lines = shapes.map(([name, counts, most]) => {
      const { runs, lowerBound } = pairwise(counts.map((count, index) => flag(`f${index}`, levels(count))));
      expect([name, runs.length <= most, lowerBound <= runs.length]).toEqual([name, true, true]);
      return `${name}: ${runs.length} runs, at least ${lowerBound} needed`;
    });
    console.log(lines.join('\n'));
  });

  it('are the same each time, and each variant of a single flag', () => {
    const flags = levels(8).map((key) => flag(key, levels(3)));
    expect(pairwise(flags)).toEqual(pairwise(flags));
    expect(pairwise([flag('a', levels(2))]).runs).toEqual([{ a: 'v0' }, { a: 'v1' }]);
  });
});

describe('planned runs', () => {
  const base = flag('base', ['off', 'on']);
  const leaning = flag('leaning', ['off', 'on'], [{ flag: 'base', variants: ['on'] }]);

  it('hold each combination once, under every plan that asks for it', () => {
    const { runs, left } = planRuns([base, leaning], ['all-safe', 'all-on', 'each-off', 'pairwise']);
    expect(runs.map(({ name, plans, variants }) => [name, plans, variants])).toEqual([
      ['all-safe', ['all-safe', 'each-off', 'pairwise'], { base: 'off', leaning: 'off' }],
      ['all-on', ['all-on', 'pairwise'], { base: 'on', leaning: 'on' }],
      ['off-leaning', ['each-off', 'pairwise'], { base: 'on', leaning: 'off' }],
    ]);
    expect(left).toEqual([
      'each-off of base: leaning stays at off, since a flag that it requires says otherwise',
      'pairwise: base = off with leaning = on cannot occur, by what these flags require',
    ]);
  });

  it('put to safe what cannot be on beside the others', () => {
    const against = flag('against', ['off', 'on'], [{ flag: 'base', variants: ['off'] }]);
    const { runs, left } = planRuns([base, against], ['all-on']);
    expect(runs).toEqual([{ name: 'all-on', plans: ['all-on'], variants: { base: 'on', against: 'off' } }]);
    expect(left).toEqual(['all-on: against stays at off, since a flag that it requires says otherwise']);
  });
});
