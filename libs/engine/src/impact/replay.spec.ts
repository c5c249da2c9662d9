import { expect, it } from '@jest/globals';
import { compile, type View } from '../compile/index.js';
import { release, scenario, type Texts } from '../language/scenario.js';
import type { EvaluationContext, Ruleset, Snapshot } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { affectedFlags, estimateShare, measuredJumps, replay } from './index.js';

function rulesetOf(texts: Texts): Ruleset {
  const { snapshot, errors } = scenario(texts);
  expect(errors).toEqual([]);
  return resolve(snapshot as Snapshot, [], 'production', 'test');
}

const viewOf = (ruleset: Ruleset): View => compile(ruleset, { generation: 0, killed: new Set() });
const IN = (production: string) => release(`environments: { production: ${production} }\n`);
const PILOT = '{ rules: [{ id: pilot, when: { orders: { gte: 5 } }, serve: on }], serve: off }';

/** A generator of chance that gives the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function people(count: number): EvaluationContext[] {
  const next = chance(7);
  return Array.from({ length: count }, (_, i) => ({
    targetingKey: `u-${i}`,
    orders: Math.floor(next() * 20),
  }));
}

it('counts who goes from where to where, by variant and rule', () => {
  const [before, after] = [rulesetOf({ 'a.yaml': IN('off') }), rulesetOf({ 'a.yaml': IN(PILOT) })];
  const contexts = people(1_000);
  const hit = contexts.filter(({ orders }) => (orders as number) >= 5).length;
  const [found] = replay(viewOf(before), viewOf(after), { flags: ['a'], contexts, nowMs: 0 });
  expect(found?.passages).toEqual([
    { from: 'off', to: 'off', contexts: 1_000 - hit },
    { from: 'off', to: 'on', toRule: 'pilot', contexts: hit },
  ]);
});

it('takes a flag that is not there for no variant', () => {
  const [before, after] = [rulesetOf({ 'b.yaml': IN('off') }), rulesetOf({ 'a.yaml': IN('off') })];
  expect(affectedFlags(before, after)).toEqual(['a', 'b']);
  const found = replay(viewOf(before), viewOf(after), { flags: ['a', 'b'], contexts: people(3), nowMs: 0 });
  expect(found.map(({ passages }) => passages)).toEqual([
    [{ from: undefined, to: 'off', contexts: 3 }],
    [{ from: 'off', to: undefined, contexts: 3 }],
  ]);
});

it('names the flags that can differ through segments, segments in segments, requirements and conditions', () => {
  const segment = (when: string) => `owner: payments\ndescription: Some\nwhen: ${when}\n`;
  const texts = (when: string, a: string): Texts => ({
    'segments/inner.yaml': segment(when),
    'segments/outer.yaml': segment('{ segment: inner }'),
    'a.yaml': IN(a),
    'b.yaml': IN('{ rules: [{ id: r, when: { segment: outer }, serve: on }], serve: off }'),
    'c.yaml': release('requires: { b: on }\nenvironments: { production: off }\n'),
    'd.yaml': IN('{ rules: [{ id: r, when: { flag: { c: on } }, serve: on }], serve: off }'),
    'e.yaml': IN('on'),
  });
  const before = rulesetOf(texts('{ orders: 1 }', 'off'));
  expect(affectedFlags(before, rulesetOf(texts('{ orders: 2 }', 'off')))).toEqual(['b', 'c', 'd']);
  expect(affectedFlags(before, rulesetOf(texts('{ orders: 1 }', 'on')))).toEqual(['a']);
  expect(affectedFlags(before, rulesetOf(texts('{ orders: 1 }', 'off')))).toEqual([]);
});

it('covers the exact share with its interval at the nominal rate', () => {
  const before = viewOf(rulesetOf({ 'a.yaml': IN('{ split: { on: 10, off: 90 } }') }));
  const after = viewOf(
    rulesetOf({ 'a.yaml': IN(PILOT.replace('serve: off', 'split: { on: 30, off: 70 }')) }),
  );
  const everyone = people(40_000);
  const changed = (contexts: readonly EvaluationContext[]) => {
    const [found] = replay(before, after, { flags: ['a'], contexts, nowMs: 0 });
    const moved = found!.passages.filter(({ from, to }) => from !== to);
    return moved.reduce((sum, { contexts: count }) => sum + count, 0);
  };
  const exact = changed(everyone) / everyone.length;
  const seeds = 600;
  let covered = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const next = chance(seed);
    const sample = Array.from({ length: 400 }, () => everyone[Math.floor(next() * everyone.length)]!);
    const { low, high } = estimateShare(changed(sample), sample.length);
    if (low <= exact && exact <= high) covered++;
  }
  // 95 percent, give or take four standard deviations of 600 trials.
  expect(Math.abs(covered / seeds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / seeds));
});

it('finds variants whose measured share grows by more than is allowed, and never the safe one', () => {
  const passages = [
    { from: 'off', to: 'on', toRule: 'pilot', contexts: 80 },
    { from: 'on', to: 'on', contexts: 10 },
    { from: 'on', to: 'off', contexts: 10 },
  ];
  const limits = { safe: 'off', jumpPoints: 10 };
  expect(measuredJumps({ flag: 'a', passages }, limits)).toEqual([{ variant: 'on', from: 20, to: 90 }]);
  expect(measuredJumps({ flag: 'a', passages }, { ...limits, safe: 'on' })).toEqual([]);
  expect(measuredJumps({ flag: 'a', passages }, { ...limits, jumpPoints: 70 })).toEqual([]);
});
