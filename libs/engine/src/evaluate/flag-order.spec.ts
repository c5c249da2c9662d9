import { describe, expect, it } from '@jest/globals';
import { ask, flag, flagWhen, pro, rollout, staff, unitIn, view } from '../../test/build-ruleset.js';
import { withKilled } from '../compile/index.js';
import { evaluate } from './evaluate.js';

describe('the order inside a flag', () => {
  it('serves safe while killed, before everything (sentence 38)', () => {
    const one = flag({ rest: { serve: 'on' }, requires: [{ flag: 'nowhere', variants: ['on'] }] });
    const killed = withKilled(view({ flag: one }), new Set(['flag']));
    expect(evaluate(killed, 'flag', {}, 0)).toEqual({
      value: false,
      variant: 'off',
      reason: 'DISABLED',
      generation: 7,
    });
  });

  it('serves safe where a requirement is not met, whatever the rules say (sentences 25 and 38)', () => {
    const one = { ...flagWhen(pro), requires: [{ flag: 'ledger', variants: ['on'] }] };
    const flags = { ledger: flagWhen(staff), one };
    expect(evaluate(view(flags), 'one', { plan: 'pro' }, 0)).toMatchObject({
      variant: 'off',
      reason: 'DEFAULT',
    });
    const met = { plan: 'pro', email: 'ada@acme.example' };
    expect(evaluate(view(flags), 'one', met, 0)).toMatchObject({
      variant: 'on',
      reason: 'TARGETING_MATCH',
      ruleId: 'rule',
    });
  });

  it('needs every requirement, and takes any of the variants that one lists (sentence 25)', () => {
    const three = flag({
      variants: [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ],
      safe: 'a',
      type: 'number',
      rest: { serve: 'b' },
    });
    const on = flag({ rest: { serve: 'on' } });
    const with2 = (a: string[], b: string[]) =>
      view({
        three,
        on,
        one: flag({
          rest: { serve: 'on' },
          requires: [
            { flag: 'three', variants: a },
            { flag: 'on', variants: b },
          ],
        }),
      });
    expect(evaluate(with2(['a', 'b'], ['on']), 'one', {}, 0).variant).toBe('on');
    expect(evaluate(with2(['a', 'c'], ['on']), 'one', {}, 0).variant).toBe('off');
    expect(evaluate(with2(['b'], ['off']), 'one', {}, 0).variant).toBe('off');
  });

  it('counts a killed requirement with the variant that it serves (sentence 38)', () => {
    const flags = {
      ledger: flag({ safe: 'on', rest: { serve: 'off' } }),
      one: flag({ rest: { serve: 'on' }, requires: [{ flag: 'ledger', variants: ['on'] }] }),
      two: flag({
        rules: [
          { id: 'r', when: { op: 'flag', flag: 'ledger', variants: ['on'] }, outcome: { serve: 'on' } },
        ],
      }),
    };
    const before = view(flags);
    const after = withKilled(before, new Set(['ledger']));
    expect(['one', 'two'].map((key) => evaluate(before, key, {}, 0).variant)).toEqual(['off', 'off']);
    expect(['one', 'two'].map((key) => evaluate(after, key, {}, 0).variant)).toEqual(['on', 'on']);
  });

  it('takes the first rule that matches (sentence 13)', () => {
    const one = flag({
      rules: [
        { id: 'first', when: staff, outcome: { serve: 'off' } },
        { id: 'second', when: pro, outcome: { serve: 'on' } },
        { id: 'third', when: pro, outcome: { serve: 'off' } },
      ],
      rest: { serve: 'on' },
    });
    expect(ask(one, { plan: 'pro', email: 'ada@acme.example' }).ruleId).toBe('first');
    expect(ask(one, { plan: 'pro' })).toMatchObject({
      ruleId: 'second',
      variant: 'on',
      reason: 'TARGETING_MATCH',
    });
    expect(ask(one, {})).toEqual({ value: true, variant: 'on', reason: 'DEFAULT', generation: 7 });
  });

  it('goes from the rules to the rollout and from there to everyone else (sentence 31)', () => {
    const one = flag({
      rules: [{ id: 'never', when: staff, outcome: { serve: 'off' } }],
      rollout: rollout({ reached: [{ parts: 30_000 }] }),
      rest: { serve: 'off' },
    });
    expect(ask(one, { targetingKey: unitIn(0, 30_000) })).toEqual({
      value: true,
      variant: 'on',
      reason: 'SPLIT',
      generation: 7,
    });
    expect(ask(one, { targetingKey: unitIn(30_000, 100_000) })).toMatchObject({
      variant: 'off',
      reason: 'DEFAULT',
    });
    expect(ask(one, { targetingKey: unitIn(0, 30_000), email: 'a@acme.example' }).ruleId).toBe('never');
  });

  it('is STATIC only without rules, rollout and requirements (sentences 11 and 39)', () => {
    expect(ask(flag()).reason).toBe('STATIC');
    expect(ask(flagWhen(pro)).reason).toBe('DEFAULT');
    expect(ask(flag({ rollout: rollout({ reached: [{ parts: 1 }] }) })).reason).toBe('DEFAULT');
    expect(ask(flag({ requires: [{ flag: 'flag2', variants: ['on'] }] })).reason).toBe('DEFAULT');
  });
});
