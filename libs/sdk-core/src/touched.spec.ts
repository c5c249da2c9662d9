import type { Condition, Ruleset, RulesetFlag } from '@guidon/engine/model';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { document, flag, patchBetween, ruleset } from '../test/documents.js';
import { flagsAffected } from './references.js';
import { RulesetHolder } from './ruleset-holder.js';

const KEYS = ['a', 'b', 'c', 'd', 'constructor'];
const SEGMENTS = ['s', 't'];

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom(...SEGMENTS).map((name): Condition => ({ op: 'segment', any: [name] })),
  fc.constantFrom(...KEYS).map((key): Condition => ({ op: 'flag', flag: key, variants: ['on'] })),
  fc.constantFrom('x', 'y').map((value): Condition => plan(value)),
);
const oneFlag: fc.Arbitrary<RulesetFlag> = fc.oneof(
  fc.constantFrom('on' as const, 'off' as const).map((serve) => flag(serve)),
  condition.map((when) => flag('off', { rules: [{ id: 'r', when, outcome: { serve: 'on' } }] })),
  fc.constantFrom(...KEYS).map((key) => flag('on', { requires: [{ flag: key, variants: ['on'] }] })),
);
const content = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...KEYS), oneFlag, { noNullPrototype: true }),
    fc.dictionary(fc.constantFrom(...SEGMENTS), condition, { noNullPrototype: true }),
  )
  .map(([flags, segments]) => ruleset(inOrder(flags), { segments: inOrder(segments) }));

function plan(value: string): Condition {
  return { op: 'string', attribute: 'plan', test: 'in', values: [value] };
}

function inOrder<T>(entries: { [key: string]: T }): { [key: string]: T } {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By a look at everything, in objects that nothing is remembered of. */
function affected(before: Ruleset, after: Ruleset): ReadonlySet<string> {
  const differing = (name: 'flags' | 'segments') =>
    [...new Set([...Object.keys(before[name]), ...Object.keys(after[name])])].filter(
      (key) => JSON.stringify(own(before[name], key)) !== JSON.stringify(own(after[name], key)),
    );
  return flagsAffected(structuredClone(after), differing('flags'), differing('segments'));
}

function own(entries: { readonly [key: string]: unknown }, key: string): unknown {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}

it('tells of patch after patch the flags that a look at everything finds', () => {
  let told = 0;
  fc.assert(
    fc.property(fc.array(content, { minLength: 2, maxLength: 6 }), (contents) => {
      const holder = new RulesetHolder();
      const documents = contents.map((one, index) => document(index + 1, one));
      const [first, ...others] = documents;
      holder.offer(first as (typeof documents)[number], 'network');
      for (const [index, next] of others.entries()) {
        const before = documents[index] as (typeof documents)[number];
        const outcome = holder.patch(JSON.parse(JSON.stringify(patchBetween(before, next))));
        expect(outcome.kind).toBe('taken');
        expect([...outcome.changed].sort()).toEqual([...affected(before, next)].sort());
        told += outcome.changed.size;
      }
    }),
    { numRuns: process.env.GUIDON_TEST_LONG === '1' ? 2000 : 200 },
  );
  expect(told).toBeGreaterThan(1000);
});
