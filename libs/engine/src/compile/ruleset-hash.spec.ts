import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { flag, flagWhen, ruleset, split } from '../../test/build-ruleset.js';
import type { Condition, Ruleset, RulesetFlag } from '../model/index.js';
import { applyPatch, diffRulesets, hashRuleset } from './ruleset-hash.js';

const when = (value: string): Condition => ({ op: 'string', attribute: 'plan', test: 'in', values: [value] });
const flags = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'constructor', '10', '9', 'x.y'),
  fc.constantFrom<RulesetFlag>(
    flag(),
    flag({ rest: { serve: 'on' } }),
    flagWhen(when('pro')),
    flag({
      rest: {
        split: split([
          ['off', 1],
          ['on', 99],
        ]),
      },
    }),
  ),
  { noNullPrototype: true },
);
const segments = fc.dictionary(
  fc.constantFrom('s', 't', 'constructor'),
  fc.constantFrom(when('x'), when('y')),
  { noNullPrototype: true },
);
const sorted = <T>(entries: Record<string, T>) =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
const rulesets = fc.tuple(flags, segments).map(([f, s]) => ruleset(sorted(f), sorted(s)));

describe('patches', () => {
  it('turn the one ruleset into the other, to the letter, with the hash worked out from the changes', () => {
    fc.assert(
      fc.property(rulesets, rulesets, (before, later) => {
        const after: Ruleset = { ...later, revision: 'r2' };
        const patch = diffRulesets(before, after);
        if (patch === undefined) {
          expect({ ...before, revision: 'r2' }).toEqual(after);
          expect(hashRuleset(before)).toBe(hashRuleset(after));
          return;
        }
        // As it travels.
        const applied = applyPatch(before, hashRuleset(before), JSON.parse(JSON.stringify(patch)));
        expect(JSON.stringify(applied.ruleset)).toBe(JSON.stringify(after));
        expect(applied.hash).toBe(hashRuleset(after));
        expect(applied.hash).not.toBe(hashRuleset(before));
      }),
      { numRuns: 1000 },
    );
  });

  it('carry only what changed', () => {
    const before = ruleset({ a: flag(), b: flag(), c: flag() }, { s: when('x'), t: when('x') });
    const after = ruleset({ a: flag(), b: flagWhen(when('pro')), d: flag() }, { s: when('y'), u: when('x') });
    expect(diffRulesets(before, after)).toEqual({
      revision: 'r1',
      set: { b: after.flags.b, d: after.flags.d },
      delete: ['c'],
      segments: { s: when('y'), u: when('x'), t: null },
    });
    expect(
      diffRulesets(before, { ...before, flags: { ...before.flags, b: flagWhen(when('pro')) } }),
    ).not.toHaveProperty('segments');
  });

  it('are none for equal content under another revision or key order', () => {
    const before = ruleset({ a: flag(), b: flag() });
    const turned = { ...ruleset({ b: JSON.parse(JSON.stringify(flag())), a: flag() }), revision: 'r9' };
    expect(diffRulesets(before, turned)).toBeUndefined();
    expect(hashRuleset(turned)).toBe(hashRuleset(before));
  });

  it('leave the ruleset they are applied to as it was', () => {
    const before = ruleset({ a: flag() });
    const text = JSON.stringify(before);
    applyPatch(before, hashRuleset(before), { revision: 'r2', set: { a: flagWhen(when('x')) }, delete: [] });
    expect(JSON.stringify(before)).toBe(text);
  });

  it('cannot reach a prototype', () => {
    const evil = JSON.parse('{"revision":"r2","set":{"__proto__":{"polluted":true}},"delete":["toString"]}');
    const { ruleset: after } = applyPatch(ruleset({}), hashRuleset(ruleset({})), evil);
    expect(Object.getPrototypeOf(after.flags)).toBe(Object.prototype);
    expect(Object.keys(after.flags)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('hashRuleset', () => {
  it('is 32 hex digits and tells contents, kinds and environments apart', () => {
    const all = [
      ruleset({}),
      ruleset({ a: flag() }),
      ruleset({ b: flag() }),
      ruleset({ a: flagWhen(when('x')) }),
      ruleset({ a: flag() }, { a: when('x') }),
      ruleset({}, { a: when('x') }),
      { ...ruleset({}), environment: 'staging' },
    ].map(hashRuleset);
    for (const hash of all) expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(all).size).toBe(all.length);
  });

  it('refuses to work on from something that is no hash', () => {
    expect(() => applyPatch(ruleset({}), 'abc', { revision: 'r', set: {}, delete: [] })).toThrow(
      '32 hex digits',
    );
  });
});
