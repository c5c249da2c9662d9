import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ask, bucketing, flag, pro, rollout, split, staff, unitIn, view } from '../../test/build-ruleset.js';
import type { Condition, Evaluation, RulesetFlag, RulesetRollout } from '../model/index.js';
import { evaluate } from './evaluate.js';

describe('rollouts', () => {
  it('lets a unit in when any reached stage takes it (sentence 32)', () => {
    const one = flag({
      rollout: rollout({
        reached: [{ audience: staff, parts: 100_000 }, { audience: pro, parts: 20_000 }, { parts: 5_000 }],
      }),
    });
    const [low, middle, high] = [unitIn(0, 5_000), unitIn(5_000, 20_000), unitIn(20_000, 100_000)];
    expect(ask(one, { targetingKey: high, email: 'a@acme.example' })).toMatchObject({
      variant: 'on',
      reason: 'SPLIT',
    });
    expect(ask(one, { targetingKey: low }).variant).toBe('on');
    expect(ask(one, { targetingKey: middle }).variant).toBe('off');
    expect(ask(one, { targetingKey: middle, plan: 'pro' }).variant).toBe('on');
    expect(ask(one, { targetingKey: high, plan: 'pro' }).variant).toBe('off');
    expect(ask(one, { email: 'a@acme.example' }).variant).toBe('on');
    expect(ask(one, {}).variant).toBe('off');
  });

  it('keeps the hold-out out of percents, also at 100, but not out of audiences (sentence 35)', () => {
    const held = rollout({
      holdoutParts: 2_000,
      reached: [{ audience: staff, parts: 100_000 }, { parts: 100_000 }],
    });
    const top = unitIn(98_000, 100_000);
    expect(ask(flag({ rollout: held }), { targetingKey: top }).variant).toBe('off');
    expect(ask(flag({ rollout: held }), { targetingKey: unitIn(97_000, 98_000) }).variant).toBe('on');
    expect(ask(flag({ rollout: held }), { targetingKey: top, email: 'a@acme.example' }).variant).toBe('on');
    expect(ask(flag({ rollout: { ...held, holdoutParts: 0 } }), { targetingKey: top }).variant).toBe('on');
  });

  it('needs no unit at 100 percent, with or without a hold-out (sentence 28)', () => {
    for (const holdoutParts of [0, 1_000]) {
      expect(
        ask(flag({ rollout: rollout({ holdoutParts, reached: [{ parts: 100_000 }] }) }), {}).variant,
      ).toBe('on');
      expect(
        ask(flag({ rollout: rollout({ holdoutParts, reached: [{ parts: 99_999 }] }) }), {}).variant,
      ).toBe('off');
    }
  });

  it('does not bind rules to the hold-out', () => {
    const one = flag({
      rules: [
        { id: 'r', when: pro, share: { parts: 99_900, bucketing: bucketing() }, outcome: { serve: 'on' } },
      ],
      rollout: rollout({ holdoutParts: 50_000, reached: [{ parts: 100_000 }] }),
    });
    const top = unitIn(60_000, 99_000);
    expect(ask(one, { targetingKey: top, plan: 'pro' }).variant).toBe('on');
    expect(ask(one, { targetingKey: top }).variant).toBe('off');
  });

  it('grows an experiment in every arm at once and changes nobody (sentences 31 and 37)', () => {
    const to = {
      split: split([
        ['a', 50],
        ['b', 50],
      ]),
    };
    const at = (parts: number): RulesetFlag =>
      flag({
        type: 'string',
        variants: [
          ['a', 'A'],
          ['b', 'B'],
          ['c', 'C'],
        ],
        safe: 'c',
        rest: { serve: 'c' },
        rollout: rollout({ to, reached: [{ parts }] }),
      });
    const people = Array.from({ length: 3000 }, (_, i) => ({ targetingKey: `u${i}` }));
    let before = people.map(() => 'c');
    for (const parts of [1_000, 10_000, 25_000, 50_000, 100_000]) {
      const one = at(parts);
      const now = people.map((person) => ask(one, person).variant as string);
      before.forEach((was, i) => {
        if (was !== 'c') expect(now[i]).toBe(was);
      });
      const a = now.filter((variant) => variant === 'a').length;
      const b = now.filter((variant) => variant === 'b').length;
      expect(Math.abs(a - b)).toBeLessThan(4 * Math.sqrt((a + b) / 4) * 2);
      before = now;
    }
    expect(before).not.toContain('c');
    expect(ask(at(100_000), {}).variant).toBe('c');
  });

  it('never lets anyone fall out or change arm as stages are reached', () => {
    const audiences = fc.constantFrom<Condition | undefined>(undefined, pro, staff);
    const stages = fc.array(fc.record({ audience: audiences, parts: fc.integer({ min: 1, max: 100_000 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    const tos = fc.constantFrom<RulesetRollout['to']>(
      { serve: 'on' },
      {
        split: split([
          ['off2', 30],
          ['on', 70],
        ]),
      },
    );
    const people = Array.from({ length: 60 }, (_, i) => ({
      targetingKey: `u${i}`,
      ...(i % 3 === 0 ? { plan: 'pro' } : {}),
      ...(i % 4 === 0 ? { email: 'a@acme.example' } : {}),
    }));
    fc.assert(
      fc.property(stages, tos, fc.nat(20_000), (list, to, holdoutParts) => {
        let before = people.map((): Evaluation | undefined => undefined);
        for (let reached = 1; reached <= list.length; reached++) {
          const entries = list
            .slice(0, reached)
            .map(({ audience, parts }) => ({ ...(audience ? { audience } : {}), parts }));
          const one = flag({
            variants: [
              ['off', 0],
              ['off2', 1],
              ['on', 2],
            ],
            type: 'number',
            rollout: rollout({ to, holdoutParts, reached: entries }),
          });
          const asked = view({ flag: one });
          const now = people.map((person) => evaluate(asked, 'flag', person, 0));
          before.forEach((was, i) => {
            if (was?.reason === 'SPLIT') expect(now[i].variant).toBe(was.variant);
          });
          before = now;
        }
      }),
      { numRuns: 200 },
    );
  });
});
