import { describe, expect, it } from '@jest/globals';
import { ask, bucketing, bucketOf, flag, pro, rollout, split, unitIn } from '../../test/build-ruleset.js';
import { murmur3 } from '../compile/index.js';
import type { RulesetFlag } from '../model/index.js';

describe('percentages', () => {
  const some = (parts: number): RulesetFlag =>
    flag({
      rules: [{ id: 'some', when: pro, share: { parts, bucketing: bucketing() }, outcome: { serve: 'on' } }],
      rest: { serve: 'off' },
    });

  it('takes the first p % of the matching units and lets the others go on (sentence 14)', () => {
    const one = some(12_500);
    expect(ask(one, { plan: 'pro', targetingKey: unitIn(0, 12_500) })).toMatchObject({
      variant: 'on',
      reason: 'SPLIT',
      ruleId: 'some',
    });
    expect(ask(one, { plan: 'pro', targetingKey: unitIn(12_500, 100_000) })).toMatchObject({
      variant: 'off',
      reason: 'DEFAULT',
    });
    expect(ask(one, { plan: 'free', targetingKey: unitIn(0, 12_500) }).variant).toBe('off');
  });

  it('takes the first p % of every arm where the rule splits (sentence 14)', () => {
    const arms = split([
      ['a', 40],
      ['b', 60],
    ]);
    const one = flag({
      type: 'string',
      variants: [
        ['a', 'A'],
        ['b', 'B'],
        ['c', 'C'],
      ],
      safe: 'c',
      rules: [
        { id: 'half', when: pro, share: { parts: 50_000, bucketing: bucketing() }, outcome: { split: arms } },
      ],
      rest: { serve: 'c' },
    });
    const at = (from: number, to: number) =>
      ask(one, { plan: 'pro', targetingKey: unitIn(from, to) }).variant;
    expect([at(0, 20_000), at(20_000, 40_000), at(40_000, 70_000), at(70_000, 100_000)]).toEqual([
      'a',
      'c',
      'b',
      'c',
    ]);
  });

  it('lets a missing unit go on, and at the end gives it safe (sentence 15)', () => {
    const one: RulesetFlag = {
      ...some(50_000),
      rest: {
        split: split([
          ['off', 50],
          ['on', 50],
        ]),
      },
      safe: 'on',
    };
    expect(ask(one, { plan: 'pro' })).toMatchObject({ variant: 'on', reason: 'DEFAULT' });
    expect(ask(one, { targetingKey: unitIn(0, 50_000) })).toMatchObject({ variant: 'off', reason: 'SPLIT' });
  });

  it('needs no unit for 100 percent of one variant (sentence 28)', () => {
    expect(ask(some(100_000), { plan: 'pro' })).toMatchObject({ variant: 'on', reason: 'TARGETING_MATCH' });
    const whole = split([
      ['off', 0],
      ['on', 100],
    ]);
    expect(ask(flag({ rest: { split: whole } }))).toMatchObject({ variant: 'on', reason: 'STATIC' });
    const rule = flag({ rules: [{ id: 'r', when: pro, outcome: { split: whole } }] });
    expect(ask(rule, { plan: 'pro' })).toMatchObject({ variant: 'on', reason: 'TARGETING_MATCH' });
    expect(
      ask(flag({ rollout: rollout({ to: { split: whole }, reached: [{ parts: 100_000 }] }) })).variant,
    ).toBe('on');
  });

  it('takes as unit the first attribute of by that is a text or an integer (sentence 27)', () => {
    const one = flag({
      rest: {
        split: split(
          [
            ['off', 50],
            ['on', 50],
          ],
          { by: ['accountId', 'now', 'user.id', 'targetingKey'] },
        ),
      },
      safe: 'off',
    });
    const [low, high] = [unitIn(0, 50_000), unitIn(50_000, 100_000)];
    expect(ask(one, { accountId: high, targetingKey: low }).variant).toBe('on');
    for (const nothing of ['', 1.5, null, true, {}, [high], Number.NaN, 2 ** 53, new String(high)]) {
      expect(ask(one, { accountId: nothing, targetingKey: high }).variant).toBe('on');
      expect(ask(one, { accountId: nothing, targetingKey: low }).variant).toBe('off');
    }
    expect(ask(one, { user: { id: high }, targetingKey: low }).variant).toBe('on');
    expect(ask(one, { now: high, targetingKey: low }).variant).toBe('off');
    for (const integer of [0, -0, 7, -12, 123_456_789_012]) {
      expect(ask(one, { accountId: integer }).variant).toBe(bucketOf(integer) < 50_000 ? 'off' : 'on');
    }
  });

  it('hashes by the salt of the place, or by the unit alone (sentence 26)', () => {
    const salted = (salt: string) =>
      flag({
        rest: {
          split: split(
            [
              ['off', 50],
              ['on', 50],
            ],
            { salt },
          ),
        },
      });
    const unit = 'acct-000123';
    expect(ask(salted(''), { targetingKey: unit }).variant).toBe(murmur3(unit) < 2 ** 31 ? 'off' : 'on');
    expect(ask(salted('x'), { targetingKey: unit }).variant).toBe(
      murmur3(`x${unit}`) < 2 ** 31 ? 'off' : 'on',
    );
  });

  it('reads an imported list with any total, in its own order (sentence 30)', () => {
    const imported = {
      arms: [
        ['on', 2],
        ['off', 1],
      ] as [string, number][],
      total: 3,
      bucketing: bucketing({ algorithm: 'flagd-v2' }),
    };
    const one = flag({ rest: { split: imported } });
    for (let i = 0; i < 200; i++) {
      const bucket = Math.floor((murmur3(`flagu${i}`) * 3) / 2 ** 32);
      expect(ask(one, { targetingKey: `u${i}` }).variant).toBe(bucket < 2 ? 'on' : 'off');
    }
  });
});
