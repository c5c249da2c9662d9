import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bucketing,
  flag,
  NOBODY_KILLED,
  pro,
  rollout,
  ruleset,
  split,
  staff,
  view,
} from '../../test/build-ruleset.js';
import { compile } from '../compile/index.js';
import type { Condition, RulesetFlag } from '../model/index.js';
import { evaluate } from './evaluate.js';

describe('totality', () => {
  const everything: Record<string, RulesetFlag> = {
    flag: flag({
      requires: [{ flag: 'static', variants: ['off'] }],
      rules: [
        pro,
        { op: 'string', attribute: 'email', test: 'contains', values: ['@'], ignoreCase: true },
        { op: 'string', attribute: 'email', test: 'matches', values: ['a+b'] },
        { op: 'number', attribute: 'a.b', test: 'gt', values: [3] },
        { op: 'semver', attribute: 'version', test: 'lt', values: ['2.0.0'] },
        { op: 'date', attribute: 'at', test: 'lt', value: 0 },
        { op: 'date', attribute: 'now', test: 'lt', value: 0 },
        { op: 'ip', attribute: 'ip', in: ['10.0.0.0/8', '::1'] },
        { op: 'boolean', attribute: 'vip', is: true },
        { op: 'not', of: { op: 'exists', attribute: 'constructor', type: 'string', exists: false } },
        { op: 'flag', flag: 'static', variants: ['on'] },
      ].map((when, i) => ({
        id: `r${i}`,
        when: when as Condition,
        share: { parts: 50_000, bucketing: bucketing() },
        outcome: { serve: 'on' },
      })),
      rollout: rollout({ reached: [{ audience: staff, parts: 100_000 }, { parts: 10_000 }] }),
      rest: {
        split: split(
          [
            ['off', 50],
            ['on', 50],
          ],
          { by: ['a.b', 'version', 'targetingKey'] },
        ),
      },
    }),
    static: flag(),
  };
  const names = [
    'plan',
    'email',
    'a',
    'a.b',
    'b',
    'version',
    'at',
    'ip',
    'vip',
    'targetingKey',
    'constructor',
    '__proto__',
    'now',
  ];
  const thrower = () => {
    throw new Error('no');
  };
  const hostile: unknown[] = [
    null,
    undefined,
    Symbol('s'),
    10n,
    thrower,
    new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getOwnPropertyDescriptor: thrower }),
    new Proxy([], { get: thrower }),
    Object.defineProperty({}, 'plan', { get: thrower, enumerable: true }),
    Object.create(null),
    new Array(4_294_967_295),
    Object.assign(Object.create({ plan: 'pro' }), { self: undefined }),
    new Date(Number.NaN),
    '\ud800',
  ];

  it('answers for any context whatever', () => {
    const compiled = view(everything);
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
    });
    const values = fc.oneof(anything, fc.string(), fc.ipV4(), fc.ipV6());
    const contexts = fc.oneof(
      fc.dictionary(fc.constantFrom(...names), values, { noNullPrototype: false }),
      values,
    );
    fc.assert(
      fc.property(contexts, fc.double(), (context, nowMs) => {
        const answer = evaluate(compiled, 'flag', context as Record<string, unknown>, nowMs);
        expect(['off', 'on']).toContain(answer.variant);
        expect(answer.reason).not.toBe('ERROR');
      }),
      { numRuns: 3000 },
    );
  });

  it('answers for contexts that fight back', () => {
    const compiled = view(everything);
    for (const value of hostile) {
      const one = evaluate(compiled, 'flag', value as Record<string, unknown>, 0);
      expect([one.variant, one.reason]).not.toContain('ERROR');
      for (const name of names) {
        for (const given of [value, [value], { b: value }]) {
          const context = Object.defineProperty({ targetingKey: 'u' }, name, {
            value: given,
            enumerable: true,
          });
          expect(evaluate(compiled, 'flag', context, 0).reason).not.toBe('ERROR');
        }
      }
    }
  });

  it('answers for a context that contains itself', () => {
    const context: Record<string, unknown> = { plan: 'free', targetingKey: 'u' };
    context.a = context;
    context.email = [context];
    expect(evaluate(view(everything), 'flag', context, 0).reason).not.toBe('ERROR');
  });

  it('answers FLAG_NOT_FOUND with no value for any key that is no flag', () => {
    const compiled = view({ flag: flag() });
    for (const key of ['nowhere', 'constructor', '__proto__', 'toString', '']) {
      expect(evaluate(compiled, key, {}, 0)).toEqual({
        value: undefined,
        variant: undefined,
        reason: 'ERROR',
        errorCode: 'FLAG_NOT_FOUND',
        generation: 7,
      });
    }
  });

  it('finds a flag that is called like something of every object', () => {
    const compiled = view({ constructor: flag({ rest: { serve: 'on' } }) });
    expect(evaluate(compiled, 'constructor', {}, 0)).toMatchObject({ variant: 'on', reason: 'STATIC' });
  });

  it('hands out the very same frozen answer again', () => {
    const one = flag({
      type: 'object',
      variants: [['off', { deep: [{ x: 1 }] }]],
      safe: 'off',
      rest: { serve: 'off' },
    });
    const compiled = compile(ruleset({ one }), { generation: 1, killed: NOBODY_KILLED });
    const answer = evaluate(compiled, 'one', {}, 0);
    expect(evaluate(compiled, 'one', { other: 1 }, 5)).toBe(answer);
    expect(() => {
      (answer.value as { deep: { x: number }[] }).deep[0].x = 2;
    }).toThrow(TypeError);
  });
});
