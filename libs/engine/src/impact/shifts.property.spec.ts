import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUCKETING, compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import { release, scenario } from '../language/scenario.js';
import type { Bucketing, Flag, FlagEnvironment, Outcome, Rule, Snapshot } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { shiftsBetween } from './index.js';

const LONG = process.env.GUIDON_TEST_LONG === '1';

const bucketing: fc.Arbitrary<Bucketing> = fc.record({
  by: fc.constantFrom(['targetingKey'], ['accountId']),
  salt: fc.constantFrom('a', 'b', ''),
  algorithm: fc.constantFrom(...BUCKETING.keys()),
});

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constantFrom({ serve: 'on' }, { serve: 'off' }),
  fc.tuple(fc.integer({ min: 0, max: 100_000 }), bucketing).map(([on, one]) => ({
    split: { arms: [['off', 100_000 - on] as const, ['on', on] as const], total: 100_000, bucketing: one },
  })),
);

const environment: fc.Arbitrary<FlagEnvironment> = fc.record({
  rules: fc.array(
    fc.record({ parts: fc.integer({ min: 0, max: 100_000 }), one: bucketing, outcome }).map(
      ({ parts, one, outcome: given }): Rule => ({
        id: 'some',
        when: { op: 'boolean', attribute: 'employee', is: true },
        // A split and its percentage stand at one place and share a bucketing.
        share: { parts, bucketing: 'split' in given ? given.split.bucketing : one },
        outcome: given,
      }),
    ),
    { maxLength: 1 },
  ),
  rest: outcome,
});

const whole = scenario({ 'a.yaml': release('environments: { production: off }\n') }).snapshot as Snapshot;

function flagWith(production: FlagEnvironment): Flag {
  return { ...(whole.flags.get('a') as Flag), environments: new Map([['production', production]]) };
}

function askerOf(flag: Flag) {
  const ruleset = resolve({ ...whole, flags: new Map([['a', flag]]) }, [], 'production', 'test');
  const view = compile(ruleset, { generation: 0, killed: new Set() });
  return (context: object) => evaluate(view, 'a', { ...context }, 0).variant;
}

const UNITS = 4_000;

it('works out the share that evaluation gives, whatever is drawn by what', () => {
  fc.assert(
    fc.property(environment, environment, (old, now) => {
      const [before, after] = [flagWith(old), flagWith(now)];
      const [was, is] = [askerOf(before), askerOf(after)];
      for (const shift of shiftsBetween(before, after, 'production')) {
        let moved = 0;
        for (let i = 0; i < UNITS; i++) {
          const context = {
            targetingKey: `u-${i}`,
            accountId: `acct-${i}`,
            employee: shift.rule !== undefined,
          };
          if (was(context) !== is(context)) moved++;
        }
        const share = shift.moved / 100;
        // Five standard deviations, and two units for what a share near 0 or 1 leaves to chance.
        const reach = 5 * Math.sqrt((share * (1 - share)) / UNITS) + 2 / UNITS;
        expect(Math.abs(moved / UNITS - share)).toBeLessThanOrEqual(reach);
      }
    }),
    { numRuns: LONG ? 600 : 60, seed: 20261123 },
  );
});
