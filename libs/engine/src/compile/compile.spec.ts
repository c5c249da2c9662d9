import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketing, flag, flagWhen, NOBODY_KILLED, ruleset, split, view } from '../../test/build-ruleset.js';
import { evaluate } from '../evaluate/index.js';
import type { Condition, RulesetFlag } from '../model/index.js';
import { compile, warm, withKilled } from './compile.js';

const pro: Condition = { op: 'string', attribute: 'plan', test: 'in', values: ['pro'] };

describe('a view', () => {
  it('is a read-only map of its flags, with what stands in the ruleset', () => {
    const made = view({ a: flag(), b: flagWhen(pro) });
    expect([made.environment, made.revision, made.generation]).toEqual(['production', 'r1', 7]);
    expect(made.flags.size).toBe(2);
    expect([...made.flags.keys()]).toEqual(['a', 'b']);
    expect([...made.flags].map(([key, one]) => [key, one.key, one.type])).toEqual([
      ['a', 'a', 'boolean'],
      ['b', 'b', 'boolean'],
    ]);
    expect([...made.flags.values()].map((one) => one.evaluate({ plan: 'pro' }, 0).variant)).toEqual([
      'off',
      'on',
    ]);
    const seen: string[] = [];
    made.flags.forEach((_, key) => {
      seen.push(key);
    });
    expect(seen).toEqual(['a', 'b']);
    expect([made.flags.has('a'), made.flags.has('toString'), made.flags.get('toString')]).toEqual([
      true,
      false,
      undefined,
    ]);
    expect(made.flags.get('a')).toBe(made.flags.get('a'));
  });

  it('looks at a flag when it is first evaluated and not before', () => {
    const flags = { good: flag({ rest: { serve: 'on' } }) } as Record<string, RulesetFlag>;
    const looked: string[] = [];
    Object.defineProperty(flags, 'other', { enumerable: true, get: () => looked.push('other') && flag() });
    const made = compile({ ...ruleset({}), flags }, { generation: 1, killed: NOBODY_KILLED });
    expect(evaluate(made, 'good', {}, 0).value).toBe(true);
    expect(looked).toEqual([]);
    expect(evaluate(made, 'other', {}, 0).value).toBe(false);
    expect(looked).not.toEqual([]);
  });

  it('compiles the rest in slices when the host has time', () => {
    const flags = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`f${i}`, flagWhen(pro)]));
    expect([warm(view(flags)), warm(view({}))]).toEqual([true, true]);
    const made = view(flags);
    expect([1, 2, 3].map(() => warm(made, { flags: 2 }))).toEqual([false, false, true]);
    expect(evaluate(made, 'f3', { plan: 'pro' }, 0).variant).toBe('on');
  });

  it('lists every answer that a flag can give, by identity', () => {
    const made = view({
      one: {
        ...flagWhen(pro),
        requires: [{ flag: 'two', variants: ['off'] }],
        rest: {
          split: split([
            ['off', 50],
            ['on', 50],
          ]),
        },
      },
      two: flag(),
    });
    const answers = made.flags.get('one')?.answers() ?? [];
    for (let i = 0; i < 50; i++) {
      expect(answers).toContain(
        evaluate(made, 'one', i % 3 === 0 ? { plan: 'pro' } : { targetingKey: `u${i}` }, 0),
      );
    }
    expect(answers).toContain(evaluate(made, 'one', {}, 0));
    expect(made.flags.get('two')?.answers()).toEqual([
      { value: false, variant: 'off', reason: 'STATIC', generation: 7 },
    ]);
    const killed = withKilled(made, new Set(['one']));
    expect(killed.flags.get('one')?.answers()).toEqual([evaluate(killed, 'one', {}, 0)]);
  });

  it('knows which flags read the clock', () => {
    const timed = flagWhen({ op: 'any', of: [pro, { op: 'date', attribute: 'now', test: 'gte', value: 5 }] });
    const made = view({
      timed,
      plain: flagWhen(pro),
      above: { ...flagWhen({ op: 'flag', flag: 'timed', variants: ['on'] }) },
    });
    expect(['timed', 'plain', 'above'].map((key) => made.flags.get(key)?.usesNow)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('refuses to lay kills over a view of another make', () => {
    const foreign = { ...view({}) } as ReturnType<typeof view>;
    expect(() => withKilled(foreign, NOBODY_KILLED)).toThrow('not made by compile');
  });
});

describe('a flag that cannot be compiled', () => {
  const broken: [string, Partial<RulesetFlag>][] = [
    ['names a variant that does not exist', { rest: { serve: 'nowhere' } }],
    [
      'names a segment that does not exist',
      { rules: [{ id: 'r', when: { op: 'segment', any: ['nowhere'] }, outcome: { serve: 'on' } }] },
    ],
    [
      'has a pattern that is none',
      {
        rules: [
          {
            id: 'r',
            when: { op: 'string', attribute: 'a', test: 'matches', values: ['('] },
            outcome: { serve: 'on' },
          },
        ],
      },
    ],
    [
      'has a condition of the future',
      { rules: [{ id: 'r', when: { op: 'moon' } as unknown as Condition, outcome: { serve: 'on' } }] },
    ],
    [
      'has an empty list of conditions',
      { rules: [{ id: 'r', when: { op: 'all', of: [] }, outcome: { serve: 'on' } }] },
    ],
    ['splits nothing', { rest: { split: { arms: [['on', 0]], total: 0, bucketing: bucketing() } } }],
    ['has no last line', { rest: undefined as unknown as RulesetFlag['rest'] }],
    ['has no variants', { variants: undefined as unknown as RulesetFlag['variants'] }],
  ];

  it.each(broken)('answers GENERAL where it %s, and harms no other', (_, change) => {
    const made = view({ bad: flag(change), good: flag({ rest: { serve: 'on' } }) });
    expect(evaluate(made, 'bad', {}, 0)).toEqual({
      value: undefined,
      variant: undefined,
      reason: 'ERROR',
      errorCode: 'GENERAL',
      generation: 7,
    });
    expect(evaluate(made, 'good', {}, 0).value).toBe(true);
    expect(warm(made)).toBe(true);
  });

  it.each(broken)('counts as unmet for those who require it where it %s', (_, change) => {
    const made = view({
      bad: flag(change),
      above: flag({ rest: { serve: 'on' }, requires: [{ flag: 'bad', variants: ['on', 'off'] }] }),
    });
    expect(evaluate(made, 'above', {}, 0)).toMatchObject({ variant: 'off', reason: 'DEFAULT' });
  });

  it('can be killed all the same', () => {
    const made = withKilled(view({ bad: flag({ rest: { serve: 'nowhere' } }) }), new Set(['bad']));
    expect(evaluate(made, 'bad', {}, 0)).toMatchObject({ value: false, reason: 'DISABLED' });
  });

  it('serves safe with GENERAL on a cycle, which load would have refused, and does not run away', () => {
    const asks = (...others: string[]) =>
      flagWhen({
        op: 'any',
        of: others.map((other): Condition => ({ op: 'flag', flag: other, variants: ['on'] })),
      });
    const made = view({
      a: asks('b', 'c'),
      b: asks('a', 'c'),
      c: asks('a', 'b'),
      own: asks('own'),
      above: asks('a'),
      free: flag(),
    });
    for (const key of ['a', 'b', 'c', 'own', 'above']) {
      expect(evaluate(made, key, {}, 0)).toMatchObject({
        variant: 'off',
        reason: 'ERROR',
        errorCode: 'GENERAL',
      });
    }
    expect(evaluate(made, 'free', {}, 0).reason).toBe('STATIC');
  });

  it('stops at a segment that names itself', () => {
    const loop: Condition = { op: 'any', of: [pro, { op: 'segment', any: ['loop'] }] };
    const made = view({ one: flagWhen({ op: 'segment', any: ['loop'] }) }, { loop });
    expect(evaluate(made, 'one', { plan: 'pro' }, 0).variant).toBe('on');
    expect(evaluate(made, 'one', {}, 0).variant).toBe('off');
  });

  it('evaluates each flag below once where requirements fan out and meet again', () => {
    // 60 levels of two flags that each ask both below: 2^60 places, 120 flags.
    const flags: Record<string, RulesetFlag> = { a0: flagWhen(pro), b0: flagWhen(pro) };
    for (let level = 1; level <= 60; level++) {
      const both: Condition = {
        op: 'any',
        of: ['a', 'b'].map(
          (side): Condition => ({ op: 'flag', flag: `${side}${level - 1}`, variants: ['on'] }),
        ),
      };
      flags[`a${level}`] = flagWhen(both);
      flags[`b${level}`] = flagWhen(both);
    }
    const made = view(flags);
    expect(evaluate(made, 'a60', {}, 0).variant).toBe('off');
    expect(evaluate(made, 'a60', { plan: 'pro' }, 0).variant).toBe('on');
  });

  it('survives a chain that is longer than the stack', () => {
    const flags: Record<string, RulesetFlag> = { f0: flag({ rest: { serve: 'on' } }) };
    for (let i = 1; i < 10_000; i++)
      flags[`f${i}`] = flagWhen({ op: 'flag', flag: `f${i - 1}`, variants: ['on'] });
    const made = view(flags);
    expect(['on', 'off', undefined]).toContain(evaluate(made, 'f9999', {}, 0).variant);
    expect(evaluate(made, 'f100', {}, 0).variant).toBe('on');
  });
});

describe('kills', () => {
  it('apply to every kind of flag in every state, and reviving restores it', () => {
    const outcome = fc.constantFrom<RulesetFlag['rest']>(
      { serve: 'on' },
      { serve: 'off' },
      {
        split: split([
          ['off', 30],
          ['on', 70],
        ]),
      },
      { serve: 'nowhere' },
    );
    const share = fc.constantFrom(undefined, { parts: 50_000, bucketing: bucketing() });
    const rule = fc.record({
      when: fc.constantFrom<Condition>(pro, { op: 'not', of: pro }, { op: 'segment', any: ['nowhere'] }),
      outcome,
      share,
    });
    const rules = fc.array(rule, { maxLength: 3 }).map((list) =>
      list.map(({ share: some, ...rest }, i) => ({
        id: `r${i}`,
        ...rest,
        ...(some === undefined ? {} : { share: some }),
      })),
    );
    const flags = fc.record({
      rules,
      rest: outcome,
      safe: fc.constantFrom('on', 'off'),
      requires: fc.constantFrom([], [{ flag: 'gone', variants: ['on'] }]),
    });
    const contexts = [{}, { plan: 'pro' }, { plan: 'pro', targetingKey: 'u1' }, { targetingKey: 'u2' }];
    fc.assert(
      fc.property(flags, (change) => {
        const alive = view({ one: flag(change as Partial<RulesetFlag>) });
        const before = contexts.map((context) => evaluate(alive, 'one', context, 0));
        const killed = withKilled(alive, new Set(['one']));
        for (const context of contexts) {
          expect(evaluate(killed, 'one', context, 0)).toEqual({
            value: change.safe === 'on',
            variant: change.safe,
            reason: 'DISABLED',
            generation: 7,
          });
        }
        const revived = withKilled(killed, NOBODY_KILLED);
        contexts.forEach((context, i) => {
          expect(evaluate(revived, 'one', context, 0)).toBe(before[i]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('do not change a view that is already in use, nor follow the set they came from', () => {
    const alive = view({ one: flag({ rest: { serve: 'on' } }) });
    const kills = new Set(['one', 'unknown']);
    const killed = withKilled(alive, kills);
    kills.clear();
    expect(evaluate(alive, 'one', {}, 0).value).toBe(true);
    expect(evaluate(killed, 'one', {}, 0).value).toBe(false);
    expect(killed.killed.has('one')).toBe(true);
  });
});
