import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bucketing,
  bucketOf,
  flag,
  pro,
  rollout,
  ruleset,
  split,
  staff,
  unitIn,
  view,
} from '../../test/build-ruleset.js';
import { armOf, compile, type SeatedAnswer } from '../compile/index.js';
import type { Condition, RulesetFlag } from '../model/index.js';
import { evaluate } from './evaluate.js';

const answer = (one: RulesetFlag, context: Record<string, unknown>) =>
  evaluate(view({ flag: one }), 'flag', context, 0);
const arm = (one: RulesetFlag, context: Record<string, unknown> = {}) => armOf(answer(one, context));

describe('arms of a rollout', () => {
  it('puts those that are taken into the treatment and all others into the control, hold-out included', () => {
    const one = flag({ rollout: rollout({ holdoutParts: 1_000, reached: [{ parts: 5_000 }] }) });
    expect(arm(one, { targetingKey: unitIn(0, 5_000) })).toBe('treatment');
    expect(arm(one, { targetingKey: unitIn(5_000, 99_000) })).toBe('control');
    expect(arm(one, { targetingKey: unitIn(99_000, 100_000) })).toBe('control');
    const all = flag({ rollout: rollout({ holdoutParts: 1_000, reached: [{ parts: 100_000 }] }) });
    expect(arm(all, { targetingKey: unitIn(5_000, 99_000) })).toBe('treatment');
    expect(arm(all, { targetingKey: unitIn(99_000, 100_000) })).toBe('control');
  });

  it('puts nobody into an arm whom chance did not choose', () => {
    const one = flag({
      rules: [{ id: 'vip', when: { op: 'boolean', attribute: 'vip', is: true }, outcome: { serve: 'on' } }],
      rollout: rollout({ reached: [{ parts: 50_000 }, { audience: staff, parts: 100_000 }] }),
    });
    const email = 'ada@acme.example';
    for (const targetingKey of [unitIn(0, 50_000), unitIn(50_000, 100_000)]) {
      expect(answer(one, { targetingKey, email })).toMatchObject({ variant: 'on', reason: 'SPLIT' });
      expect(arm(one, { targetingKey, email })).toBeUndefined();
      expect(arm(one, { targetingKey, vip: true })).toBeUndefined();
    }
    // Without a unit there is no draw, even where everybody gets in.
    expect(arm(one)).toBeUndefined();
    const all = flag({ rollout: rollout({ reached: [{ parts: 100_000 }] }) });
    expect([answer(all, {}).variant, arm(all)]).toEqual(['on', undefined]);
    // Whom no reached audience matches could not have been taken.
    const some = flag({ rollout: rollout({ reached: [{ audience: pro, parts: 20_000 }] }) });
    expect(arm(some, { targetingKey: unitIn(50_000, 100_000) })).toBeUndefined();
    expect(arm(some, { targetingKey: unitIn(50_000, 100_000), plan: 'pro' })).toBe('control');
    expect(arm(some, { targetingKey: unitIn(0, 20_000), plan: 'pro' })).toBe('treatment');
  });

  it('tells nothing where a requirement fails, where the flag is killed, or where there is no rollout', () => {
    const guarded = flag({
      requires: [{ flag: 'ledger', variants: ['on'] }],
      rollout: rollout({ reached: [{ parts: 50_000 }] }),
    });
    const context = { targetingKey: unitIn(0, 50_000) };
    const unmet = view({ ledger: flag(), flag: guarded });
    expect(armOf(evaluate(unmet, 'flag', context, 0))).toBeUndefined();
    const met = ruleset({ ledger: flag({ rest: { serve: 'on' } }), flag: guarded });
    const ask = (killed: string[]) =>
      armOf(evaluate(compile(met, { generation: 1, killed: new Set(killed) }), 'flag', context, 0));
    expect([ask([]), ask(['flag'])]).toEqual(['treatment', undefined]);
    expect(arm(flag(), context)).toBeUndefined();
    expect(armOf(evaluate(unmet, 'nowhere', context, 0))).toBeUndefined();
  });

  it('tells with the arm who was drawn, what guards look at, and which shares there were', () => {
    const at = (parts: number) =>
      flag({
        rollout: {
          ...rollout({ unit: ['accountId'], reached: [{ parts }] }),
          outcomes: { failures: ['http.error'] },
        },
      });
    const context = { accountId: 12, targetingKey: 'u' };
    const comparison = (one: RulesetFlag) => (answer(one, context) as SeatedAnswer).seat.comparison;
    expect(comparison(at(1))?.unitOf(context)).toBe(12);
    expect(comparison(at(1))?.outcomes).toEqual({ failures: ['http.error'] });
    expect(comparison(at(1))?.stratum).toBe(comparison(at(1))?.stratum);
    expect(comparison(at(1))?.stratum).not.toBe(comparison(at(2))?.stratum);
  });

  it('puts into the treatment exactly those below the highest percent of an audience that matches them', () => {
    const audiences = fc.constantFrom<Condition | undefined>(undefined, pro, staff);
    const entries = fc.uniqueArray(
      fc.record({ audience: audiences, parts: fc.constantFrom(1, 20_000, 60_000, 99_999, 100_000) }),
      { minLength: 1, maxLength: 3, selector: ({ audience }) => audience },
    );
    const rests = fc.constantFrom<RulesetFlag['rest']>(
      { serve: 'off' },
      {
        split: split(
          [
            ['off', 50],
            ['on', 50],
          ],
          { by: ['accountId'], salt: 'rest' },
        ),
      },
    );
    const people = Array.from({ length: 40 }, (_, i) => ({
      ...(i % 10 === 0 ? {} : { targetingKey: `u${i}` }),
      ...(i % 3 === 0 ? { plan: 'pro' } : {}),
      ...(i % 4 === 0 ? { email: 'a@acme.example' } : {}),
      ...(i % 2 === 0 ? { accountId: `a${i}` } : {}),
    }));
    fc.assert(
      fc.property(entries, rests, fc.constantFrom(0, 5_000), (reached, rest, holdoutParts) => {
        const given = reached.map(({ audience, parts }) => ({ ...(audience ? { audience } : {}), parts }));
        const one = flag({ rest, rollout: rollout({ holdoutParts, reached: given }) });
        const asked = view({ flag: one });
        for (const person of people) {
          const isIn = ({ audience }: (typeof reached)[number]) =>
            audience === undefined ||
            ('email' in person && audience === staff) ||
            ('plan' in person && audience === pro);
          const matching = reached.filter(isIn);
          const whole = matching.some(({ audience, parts }) => audience !== undefined && parts === 100_000);
          const unit = 'targetingKey' in person ? (person.targetingKey as string) : undefined;
          const answered = evaluate(asked, 'flag', person, 0);
          if (whole || unit === undefined || matching.length === 0) {
            expect(armOf(answered)).toBeUndefined();
            continue;
          }
          const percent = Math.max(...matching.map(({ parts }) => parts));
          const isTaken = bucketOf(unit) < Math.min(percent, 100_000 - holdoutParts);
          expect(armOf(answered)).toBe(isTaken ? 'treatment' : 'control');
          if (isTaken) expect(answered).toMatchObject({ variant: 'on', reason: 'SPLIT' });
        }
      }),
      { numRuns: 200 },
    );
  });
});

it('gives every subject the same value as before it told arms', () => {
  const one = flag({
    rest: {
      split: split(
        [
          ['off', 50],
          ['on', 50],
        ],
        bucketing({ by: ['accountId'], salt: 'rest' }),
      ),
    },
    rollout: rollout({ reached: [{ parts: 30_000 }] }),
  });
  const outside = { targetingKey: unitIn(30_000, 100_000) };
  // Who is not taken goes on to everyone else, and gets `safe` where the unit of that split is missing.
  expect(answer(one, outside)).toMatchObject({ variant: 'off', reason: 'DEFAULT' });
  expect(arm(one, outside)).toBe('control');
  const { rollout: _, ...without } = one;
  for (let i = 0; i < 50; i++) {
    const context = { ...outside, accountId: `a${i}` };
    expect(answer(one, context).variant).toBe(answer(without, context).variant);
  }
});
