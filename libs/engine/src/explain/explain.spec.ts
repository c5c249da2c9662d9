import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, flag, pro, rollout, ruleset, split, staff, unitIn } from '../../test/build-ruleset.js';
import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import type { Bucketing, Condition, Outcome, RulesetFlag, RulesetRule } from '../model/index.js';
import { type Explanation, explain } from './index.js';

const SEGMENTS: { [key: string]: Condition } = {
  pros: pro,
  staff: { op: 'any', of: [staff, { op: 'segment', any: ['pros'] }] },
};
const NONE: ReadonlySet<string> = new Set();
const ask = (flags: Record<string, RulesetFlag>, context: object = {}, killed = NONE): Explanation =>
  explain(ruleset(flags, SEGMENTS), 'flag', { context: context as never, nowMs: 0, killed });
const share = (parts: number) =>
  ({ parts, bucketing: { by: ['targetingKey'], salt: 'flag', algorithm: 'native' } }) as const;

const leaf: fc.Arbitrary<Condition> = fc.constantFrom<Condition>(
  pro,
  staff,
  { op: 'number', attribute: 'orders', test: 'gte', values: [3] },
  { op: 'semver', attribute: 'app.version', test: 'lt', values: ['2.10.0'] },
  { op: 'boolean', attribute: 'employee', is: true },
  { op: 'exists', attribute: 'orders', type: 'number', exists: false },
  { op: 'date', attribute: 'now', test: 'gte', value: 500 },
  { op: 'ip', attribute: 'ip', in: ['10.0.0.0/8'] },
  { op: 'segment', any: ['staff', 'pros'] },
);
const condition = (flags: readonly string[]): fc.Arbitrary<Condition> => {
  const asked = fc
    .constantFrom('on', 'off')
    .map((variant): Condition => ({ op: 'flag', flag: flags[0] ?? '', variants: [variant] }));
  const one = flags.length === 0 ? leaf : fc.oneof({ weight: 5, arbitrary: leaf }, asked);
  return fc.letrec<{ any: Condition }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 2 },
      one,
      fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((of): Condition => ({ op: 'all', of })),
      fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((of): Condition => ({ op: 'any', of })),
      tie('any').map((of): Condition => ({ op: 'not', of })),
    ),
  })).any;
};
const bucketings: fc.Arbitrary<Bucketing> = fc.record({
  by: fc.constantFrom(['targetingKey'], ['accountId', 'targetingKey'], ['app.version']),
  salt: fc.constantFrom('flag', 'other', ''),
  algorithm: fc.constantFrom('native' as const, 'flagd-v2' as const),
});
const parts = fc.oneof(fc.constantFrom(0, 1, 50_000, 99_999, 100_000), fc.integer({ min: 0, max: 100_000 }));
const outcomeOf = (bucketing: Bucketing): fc.Arbitrary<Outcome> =>
  fc.oneof(
    fc.constantFrom<Outcome>({ serve: 'on' }, { serve: 'off' }),
    parts.map(
      (on): Outcome => ({
        split: {
          arms: [
            ['on', on],
            ['off', 100_000 - on],
          ],
          total: 100_000,
          bucketing,
        },
      }),
    ),
    fc.constant<Outcome>({
      split: {
        arms: [
          ['on', 1],
          ['off', 2],
        ],
        total: 3,
        bucketing,
      },
    }),
  );
const ruleOf = (flags: readonly string[], index: number): fc.Arbitrary<RulesetRule> =>
  bucketings.chain((bucketing) =>
    fc
      .record({
        when: condition(flags),
        outcome: outcomeOf(bucketing),
        share: fc.option(
          parts.map((some) => ({ parts: some, bucketing })),
          { nil: undefined },
        ),
      })
      .map(({ share: some, ...rule }) => ({
        id: `r${index}`,
        ...rule,
        ...(some === undefined ? {} : { share: some }),
      })),
  );
const rolloutOf = (flags: readonly string[]) =>
  bucketings.chain((bucketing) =>
    fc.record({
      to: outcomeOf(bucketing),
      unit: fc.constant(bucketing.by),
      salt: fc.constant(bucketing.salt),
      algorithm: fc.constant(bucketing.algorithm),
      holdoutParts: fc.constantFrom(0, 1000, 50_000),
      reached: fc.array(
        fc.oneof(
          parts.map((some) => ({ parts: some })),
          fc.record({ audience: condition(flags), parts }),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  );
/** A flag that may lean on the flags named. */
const flagOf = (flags: readonly string[]): fc.Arbitrary<RulesetFlag> =>
  fc
    .record({
      requires: fc.option(fc.constant(flags.slice(0, 1).map((one) => ({ flag: one, variants: ['on'] }))), {
        nil: [],
      }),
      rules: fc
        .tuple(ruleOf(flags, 0), ruleOf(flags, 1))
        .chain((two) => fc.constantFrom([], two.slice(0, 1), two)),
      rollout: fc.option(rolloutOf(flags), { nil: undefined }),
      rest: bucketings.chain(outcomeOf),
    })
    .map(({ requires, rollout: grows, ...rest }) =>
      flag({
        ...rest,
        ...(requires.length === 0 ? {} : { requires }),
        ...(grows === undefined ? {} : { rollout: grows }),
      }),
    );
const context = fc.record(
  {
    targetingKey: fc.oneof(
      fc.integer({ min: 0, max: 300 }).map((n) => `u${n}`),
      fc.constant(''),
    ),
    accountId: fc.oneof(fc.nat(50), fc.constant('a')),
    plan: fc.constantFrom('pro', 'free', ['free', 'pro'], 7),
    email: fc.constantFrom('ada@acme.example', 'x@y.example', null),
    orders: fc.constantFrom(1, 3, 'three'),
    employee: fc.boolean(),
    'app.version': fc.constantFrom('2.9.0', '2.10.0', 'v3'),
    app: fc.constant({ version: '1.0' }),
    ip: fc.constantFrom('10.1.2.3', '192.168.0.1'),
  },
  { requiredKeys: [] },
);

describe('an explanation', () => {
  it('comes to the answer of evaluate, for any flags, kills, contexts and times', () => {
    const reasons = new Map<string, number>();
    const flags = fc.record({ base: flagOf([]), middle: flagOf(['base']), flag: flagOf(['middle', 'base']) });
    fc.assert(
      fc.property(
        fc.record({
          flags,
          context,
          nowMs: fc.constantFrom(0, 500, 1000),
          killed: fc.subarray(['flag', 'middle', 'base'], { maxLength: 1 }),
        }),
        ({ flags: some, context: given, nowMs, killed: keys }) => {
          const killed = new Set(keys);
          const one = ruleset(some, SEGMENTS);
          const view = compile(one, { generation: 0, killed });
          for (const key of ['flag', 'middle', 'base']) {
            const { generation: _, ...expected } = evaluate(view, key, given, nowMs);
            const { outcome, steps } = explain(one, key, { context: given, nowMs, killed });
            expect(outcome).toEqual(expected);
            // Exactly the last step decides, and it says for what.
            expect(steps.map((step) => step.serves !== undefined).lastIndexOf(true)).toBe(steps.length - 1);
            expect(steps.filter((step) => step.serves !== undefined)).toHaveLength(1);
            expect(steps.at(-1)?.serves).toBe(expected.variant);
            reasons.set(expected.reason, (reasons.get(expected.reason) ?? 0) + 1);
          }
        },
      ),
      { numRuns: process.env.GUIDON_TEST_LONG === '1' ? 10_000 : 600, seed: 20261125 },
    );
    // The generator must reach every way of deciding, else the property says little.
    for (const reason of ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED'])
      expect([reason, (reasons.get(reason) ?? 0) > 20]).toEqual([reason, true]);
  });

  it('says which part of a condition failed, and what the context has there', () => {
    const when: Condition = { op: 'all', of: [pro, { op: 'not', of: { op: 'segment', any: ['staff'] } }] };
    const one = flag({ rules: [{ id: 'pilot', when, outcome: { serve: 'on' } }] });
    const { steps, outcome } = ask({ flag: one }, { plan: 'free' });
    expect(steps).toEqual([
      { step: 'kill', killed: false },
      {
        step: 'rule',
        rule: 'pilot',
        condition: {
          text: 'all of',
          holds: false,
          parts: [
            { text: 'plan is pro', holds: false, actual: 'free' },
            {
              text: 'not',
              holds: true,
              parts: [expect.objectContaining({ text: 'segment staff', holds: false })],
            },
          ],
        },
      },
      { step: 'rest', serves: 'off' },
    ]);
    expect(outcome).toEqual({ value: false, variant: 'off', reason: 'DEFAULT' });
  });

  it('shows unit, bucket and thresholds of a percentage', () => {
    const unit = unitIn(20_000, 30_000);
    const one = flag({ rules: [{ id: 'tenth', when: pro, share: share(10_000), outcome: { serve: 'on' } }] });
    const [, step] = ask({ flag: one }, { plan: 'pro', targetingKey: unit }).steps;
    expect(step).toMatchObject({
      percent: 10,
      draw: {
        unit: { attribute: 'targetingKey', value: unit },
        bucket: bucketOf(unit),
        total: 100_000,
        ranges: [{ variant: 'on', from: 0, to: 10_000 }],
      },
    });
    expect(step).not.toHaveProperty('serves');
    const nobody = ask({ flag: one }, { plan: 'pro' }).steps[1];
    expect(nobody).toMatchObject({ draw: { by: ['targetingKey'] } });
    expect(nobody).not.toHaveProperty('draw.unit');
  });

  it('stops at a kill and at a requirement that is not met, and says what the other flag serves', () => {
    const other = flag({ rest: { serve: 'off' } });
    const one = flag({ requires: [{ flag: 'other', variants: ['on'] }], rest: { serve: 'on' } });
    expect(ask({ flag: one, other }).steps).toEqual([
      { step: 'kill', killed: false },
      { step: 'requirement', flag: 'other', variants: ['on'], served: 'off', met: false, serves: 'off' },
    ]);
    expect(ask({ flag: one, other }, {}, new Set(['flag']))).toMatchObject({
      steps: [{ step: 'kill', killed: true, serves: 'off' }],
      outcome: { reason: 'DISABLED' },
    });
  });

  it('tells the stage of a rollout and the safe variant where a split finds no unit', () => {
    const grows = flag({
      rollout: rollout({
        holdoutParts: 1000,
        reached: [{ audience: staff, parts: 100_000 }, { parts: 25_000 }],
      }),
    });
    const inside = ask({ flag: grows }, { targetingKey: unitIn(0, 20_000) });
    expect(inside.steps.slice(1)).toMatchObject([
      { step: 'rollout', percent: 100, audience: { holds: false } },
      {
        step: 'rollout',
        percent: 25,
        draw: { ranges: [{ variant: 'on', from: 0, to: 25_000 }] },
        serves: 'on',
      },
    ]);
    const tested = flag({
      rest: {
        split: split([
          ['on', 50],
          ['off', 50],
        ]),
      },
    });
    expect(ask({ flag: tested }).steps.at(-1)).toEqual({ step: 'safe', serves: 'off' });
  });

  it('answers as evaluate does for a flag that is not there or cannot be compiled', () => {
    expect(ask({}).outcome).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
    expect(ask({ flag: flag({ rest: { serve: 'gone' } }) }).outcome).toMatchObject({ errorCode: 'GENERAL' });
    expect(
      explain(ruleset({}), 'constructor', { context: {}, nowMs: 0, killed: NONE }).outcome.errorCode,
    ).toBe('FLAG_NOT_FOUND');
  });
});
