import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketing } from '../../test/build-ruleset.js';
import { applyPatch, hashRuleset } from '../compile/index.js';
import { type Condition, type Flag, NO_PLAN, type Position, type Snapshot } from '../model/index.js';
import { overlayPositions } from './overlay-positions.js';
import { resolve } from './resolve.js';

const KEYS = ['a', 'b', '__proto__', 'z'];
const SEGMENTS = ['one', 'two', 'three'];

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom<Condition>({ op: 'string', attribute: 'plan', test: 'in', values: ['pro'] }),
  fc.subarray(SEGMENTS, { minLength: 1 }).map((any): Condition => ({ op: 'segment', any })),
  fc
    .subarray(SEGMENTS, { minLength: 1 })
    .map((any): Condition => ({ op: 'not', of: { op: 'segment', any } })),
);

const flag = (key: string): fc.Arbitrary<Flag> =>
  fc
    .record({ rules: fc.array(condition, { maxLength: 2 }), rolls: fc.boolean(), listed: fc.nat(3) })
    .map(({ rules, rolls, listed }) => ({
      ...{ key, path: `${key}.yaml`, type: 'release', owner: 'web', description: '', tags: [], links: [] },
      ...{ requires: [], essential: false, waive: new Map(), valueType: 'boolean', safe: 'off' },
      variants: [
        { name: 'off', value: false },
        { name: 'on', value: true },
      ],
      environments: new Map(
        listed > 0
          ? [
              [
                'production',
                {
                  rules: rules.map((when, index) => ({ id: `r${index}`, when, outcome: { serve: 'on' } })),
                  ...(rolls
                    ? { rollout: { to: { serve: 'on' }, bucketing: bucketing(), plan: NO_PLAN } }
                    : {}),
                  rest: { serve: 'off' },
                },
              ],
            ]
          : [],
      ),
    }));

const position: fc.Arbitrary<Position> = fc
  .record({
    flag: fc.constantFrom(...KEYS, 'gone'),
    environment: fc.constantFrom('production', 'production', 'production', 'staging'),
    reached: fc.array(
      fc.record({
        stage: fc.constant('s'),
        audience: fc.option(condition, { nil: undefined }),
        parts: fc.nat(100_000),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ reached, ...rest }) => ({
    ...rest,
    ...{ planHash: 'p', to: { serve: 'on' }, unit: ['targetingKey'], salt: rest.flag, holdoutParts: 1_000 },
    reached: reached.map(({ audience, ...stage }) =>
      audience === undefined ? stage : { ...stage, audience },
    ),
  }));

it('lays positions over a ruleset as if it had been resolved with them', () => {
  const flags = fc.tuple(...KEYS.map(flag)).map((all) => new Map(all.map((one) => [one.key, one])));
  const segments = fc.tuple(...SEGMENTS.map((key) => condition.map((when) => [key, when] as const)));
  let laid = 0;
  fc.assert(
    fc.property(flags, segments, fc.array(position, { maxLength: 4 }), (all, conditions, positions) => {
      // A segment that asks for itself is refused by the loader; here it asks for later ones only.
      const [one, two, three] = conditions;
      const snapshot: Pick<Snapshot, 'flags' | 'segments'> = {
        flags: all,
        segments: new Map(
          [one, two, three].map(([key, when]) => [key, { key, path: '', owner: '', description: '', when }]),
        ),
      };
      const ruleset = resolve(snapshot, [], 'production', 'r1');
      const patch = overlayPositions({ ruleset, snapshot }, positions);
      const expected = resolve(snapshot, positions, 'production', 'r1');
      if (patch !== undefined) laid += 1;
      const served =
        patch === undefined
          ? { ruleset, hash: hashRuleset(ruleset) }
          : applyPatch(ruleset, hashRuleset(ruleset), patch);
      expect(JSON.stringify(served.ruleset)).toBe(JSON.stringify(expected));
      expect(served.hash).toBe(hashRuleset(expected));
    }),
    { numRuns: 500, seed: 20261125 },
  );
  expect(laid).toBeGreaterThan(100);
});
