import type { AnswerCell } from '@guidon/protocol';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { FlagEvaluations } from './flag-evaluations.js';

const cell = (flag: string, variant: string, count = 1): AnswerCell => ({
  ...{ flag, variant, count, reason: 'STATIC' },
});

/** An environment with these flags, each with the variants on and off. */
function start(live: Set<string>, places: number) {
  const registry = new Registry();
  const flags = new FlagEvaluations(registry, places);
  flags.know({
    has: (_environment, flag) => live.has(flag),
    hasVariant: (_environment, flag, variant) => live.has(flag) && ['on', 'off'].includes(variant),
  });
  const count = (cells: readonly AnswerCell[]) => flags.count('production', cells);
  const series = async () => {
    const [metric] = await registry.getMetricsAsJSON();
    return Object.fromEntries(
      (metric?.values ?? []).map(({ labels, value }) => [`${labels.flag}/${labels.variant}`, value]),
    );
  };
  return { count, series, registry };
}

it('counts by flag and variant, and calls what is not live other', async () => {
  const { count, series } = start(new Set(['checkout']), 5);
  count([cell('checkout', 'on', 3), cell('checkout', 'made-up', 2), cell('made-up', 'on', 4)]);
  count([cell('checkout', 'on', 1), cell('constructor', 'on', 1)]);
  expect(await series()).toEqual({ 'checkout/on': 4, 'checkout/other': 2, 'other/other': 5 });
});

it('gives the place of a flag that is gone to another, and never moves what was counted', async () => {
  const live = new Set(['a', 'b']);
  const { count, series } = start(live, 1);
  count([cell('a', 'on', 10), cell('b', 'on', 20)]);
  expect(await series()).toEqual({ 'a/on': 10, 'other/other': 20 });
  live.delete('a');
  count([cell('b', 'on', 5)]);
  expect(await series()).toEqual({ 'other/other': 20, 'b/on': 5 });
});

it('has no metric at all where no flag may have a place', async () => {
  const { count, registry } = start(new Set(['a']), 0);
  count([cell('a', 'on')]);
  expect(await registry.metrics()).toBe('\n');
});

it('stays within its bound and loses no count whatever a report says', async () => {
  const name = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'other', '__proto__'), fc.string());
  const reports = fc.array(fc.array(fc.tuple(name, name, fc.integer({ min: 1, max: 9 }))));
  await fc.assert(
    fc.asyncProperty(reports, async (said) => {
      const { count, series } = start(new Set(['a', 'b', 'c', 'd', 'other']), 3);
      for (const cells of said) count(cells.map(([flag, variant, n]) => cell(flag, variant, n)));
      const all = await series();
      const total = said.flat().reduce((sum, [, , n]) => sum + n, 0);
      expect(Object.keys(all).length).toBeLessThanOrEqual(3 * 3 + 1);
      expect(Object.values(all).reduce((sum, n) => sum + n, 0)).toBe(total);
    }),
    { numRuns: 200 },
  );
});
