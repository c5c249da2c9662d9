import { expect, test } from '@jest/globals';
import { NOW_MS, release, scenario, sourceFiles, type Texts } from '../language/scenario.js';
import { coverageOf, type TriedFlag, tryFlags, untestedRollouts } from './index.js';

const RULED = release(`environments:
  development: on
  production:
    rules:
      - { id: staff, when: { segment: staff }, serve: on }
      - { id: many, when: { orders: { gt: 9 } }, serve: on }
    rollout: { to: on, plan: careful }
    serve: off
`);

function tried(texts: Texts, key: string): TriedFlag {
  return tryFlags(sourceFiles(texts), NOW_MS).flags.find((one) => one.key === key) as TriedFlag;
}

const cases = (...lines: string[]) => `cases:\n${lines.map((line) => `  - ${line}\n`).join('')}`;

test('runs every case in every environment that it speaks of, failed or not', () => {
  const { outcomes, findings } = tried(
    {
      'a.yaml': RULED,
      'a.test.yaml': cases(
        '{ name: x, context: { orders: 10 }, expect: { development: on, production: off } }',
      ),
    },
    'a',
  );
  expect(findings).toEqual([]);
  expect(
    outcomes.map(({ environment, passed, answer }) => [environment, passed, answer.variant, answer.ruleId]),
  ).toEqual([
    ['development', true, 'on', undefined],
    ['production', false, 'on', 'many'],
  ]);
});

test('runs the tests of a flag that requires one whose own tests fail', () => {
  const texts = {
    'a.yaml': release('environments: { development: on }\n'),
    'a.test.yaml': cases('{ name: fails, expect: { development: off } }'),
    'b.yaml': release('requires: { a: on }\nenvironments: { development: on }\n'),
    'b.test.yaml': cases(
      '{ name: holds, expect: { development: on } }',
      '{ name: pinned, flags: { a: off }, expect: { development: off } }',
    ),
  };
  expect(tried(texts, 'a').outcomes.map(({ passed }) => passed)).toEqual([false]);
  const { outcomes, findings } = tried(texts, 'b');
  expect([outcomes.map(({ passed }) => passed), findings]).toEqual([[true, true], []]);
});

test('says why tests cannot be run: errors of the flag, of the tests, a flag that is not there', () => {
  const good = cases('{ name: x, expect: { development: on } }');
  const codes = (texts: Texts) => tried(texts, 'a').findings.map(({ code }) => code);
  expect(codes({ 'a.yaml': release('tags: [nope]\n'), 'a.test.yaml': good })).toEqual(['unknown-tag']);
  expect(codes({ 'a.yaml': RULED, 'a.test.yaml': cases('{ name: x, expect: { nowhere: on } }') })).toEqual([
    'unknown-environment',
  ]);
  expect(codes({ 'a.yaml': RULED, 'a.test.yaml': 'cases: [' })).toEqual(['yaml-syntax']);
  expect(codes({ 'a.test.yaml': good }).length).toBe(1);
  expect(
    codes({
      'a.yaml': RULED,
      'a.test.yaml': cases('{ name: x, flags: { gone: on }, expect: { development: on } }'),
    }).length,
  ).toBe(1);
});

test('knows what no case has reached', () => {
  const unreached = (...lines: string[]) =>
    coverageOf(tried({ 'a.yaml': RULED, 'a.test.yaml': cases(...lines) }, 'a'))
      .filter(({ reached }) => !reached)
      .map(({ what, name }) => `${what} ${name}`);
  expect(coverageOf(tried({ 'a.yaml': RULED }, 'a')).every(({ reached }) => !reached)).toBe(true);
  expect(unreached('{ name: x, context: { orders: 10 }, expect: { production: on } }')).toEqual([
    'environment development',
    'variant off',
    'rule staff',
    'rollout rollout',
  ]);
  expect(
    unreached(
      '{ name: x, context: { orders: 10 }, expect: { production: on } }',
      '{ name: y, context: { email: a@acme.example }, expect: { development: on, production: { variant: on, rule: staff } } }',
      '{ name: z, expect: { production: off } }',
      '{ name: w, context: { targetingKey: u-1 }, stage: done, expect: { production: on } }',
    ),
  ).toEqual([]);
});

test('counts a rule as reached where it decides, not where it stands', () => {
  const texts = {
    'a.yaml': RULED,
    'a.test.yaml': cases('{ name: x, context: { orders: 3 }, expect: { production: off } }'),
  };
  const rules = coverageOf(tried(texts, 'a')).filter(({ what }) => what === 'rule');
  expect(rules.map(({ name, reached }) => [name, reached])).toEqual([
    ['staff', false],
    ['many', false],
  ]);
});

test('names the environments with a rollout in which no case got the safe variant', () => {
  const untested = (line: string) => {
    const { flag, outcomes } = tried({ 'a.yaml': RULED, 'a.test.yaml': cases(line) }, 'a');
    return untestedRollouts(
      flag!,
      outcomes.map((one) => one.test),
    );
  };
  expect(untested('{ name: x, context: { orders: 10 }, expect: { production: on } }')).toEqual([
    'production',
  ]);
  expect(untested('{ name: x, expect: { production: off } }')).toEqual([]);
});

test('warns of the same under load, and lets the flag go live nevertheless', () => {
  const warnings = (texts: Texts) => scenario(texts).warnings;
  expect(warnings({ 'a.yaml': RULED })).toEqual(['a.yaml rollout-untested']);
  expect(scenario({ 'a.yaml': RULED }).variant('a', 'production')).toBe('off');
  expect(
    warnings({ 'a.yaml': RULED, 'a.test.yaml': cases('{ name: x, expect: { production: off } }') }),
  ).toEqual([]);
});
