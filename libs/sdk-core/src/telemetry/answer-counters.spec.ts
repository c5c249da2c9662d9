import { compile, type View } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import type { Ruleset, RulesetFlag } from '@guidon/engine/model';
import { expect, test } from '@jest/globals';
import { AnswerCounters } from './answer-counters.js';

const flag: RulesetFlag = {
  type: 'boolean',
  variants: [
    ['off', false],
    ['on', true],
  ],
  safe: 'off',
  rules: [
    {
      id: 'pro',
      when: { op: 'string', attribute: 'plan', test: 'in', values: ['pro'] },
      outcome: { serve: 'on' },
    },
  ],
  rest: { serve: 'off' },
};

function viewOf(keys: readonly string[], generation = 1, killed = new Set<string>()): View {
  const flags = Object.fromEntries(keys.map((key) => [key, flag]));
  const ruleset: Ruleset = { format: 1, environment: 'production', revision: 'r1', flags, segments: {} };
  return compile(ruleset, { generation, killed });
}

function ask(counters: AnswerCounters, view: View, key: string, context = {}): void {
  counters.count(key, evaluate(view, key, context, 0));
}

test('counts answers by flag, variant, rule and reason, and begins anew when it is read out', () => {
  const counters = new AnswerCounters();
  const view = viewOf(['a', 'b'], 1, new Set(['b']));
  for (const plan of ['pro', 'pro', 'free']) ask(counters, view, 'a', { plan });
  ask(counters, view, 'b', { plan: 'pro' });
  expect(counters.readOut()).toEqual({
    cells: [
      { flag: 'a', variant: 'on', rule: 'pro', reason: 'TARGETING_MATCH', count: 2 },
      { flag: 'a', variant: 'off', reason: 'DEFAULT', count: 1 },
      { flag: 'b', variant: 'off', reason: 'DISABLED', count: 1 },
    ],
    dropped: 0,
  });
  expect(counters.readOut()).toBeUndefined();
  ask(counters, view, 'a');
  expect(counters.readOut()?.cells).toEqual([{ flag: 'a', variant: 'off', reason: 'DEFAULT', count: 1 }]);
});

test('has no cell for what is no flag', () => {
  const counters = new AnswerCounters();
  for (let index = 0; index < 10; index++) ask(counters, viewOf([]), `made-up-${index}`);
  expect(counters.readOut()).toBeUndefined();
});

test('adds up what several views of one flag answered, and goes on with a view that stays after all', () => {
  const counters = new AnswerCounters();
  const [first, second] = [viewOf(['a'], 1), viewOf(['a'], 2)];
  ask(counters, first, 'a');
  counters.forget();
  ask(counters, first, 'a');
  counters.forget();
  ask(counters, second, 'a');
  expect(counters.readOut()?.cells).toMatchObject([{ flag: 'a', count: 3 }]);
  ask(counters, first, 'a');
  ask(counters, second, 'a');
  expect(counters.readOut()?.cells).toMatchObject([{ flag: 'a', count: 2 }]);
});

test('counts the rest as dropped beyond its bound, and lets others in after the next reading', () => {
  const counters = new AnswerCounters(2);
  const view = viewOf(['a', 'b', 'c']);
  for (const key of ['a', 'b', 'c', 'c']) ask(counters, view, key);
  expect(counters.readOut()).toMatchObject({ cells: [{ flag: 'a' }, { flag: 'b' }], dropped: 2 });
  for (const key of ['c', 'c', 'a', 'b']) ask(counters, view, key);
  expect(counters.readOut()).toMatchObject({
    cells: [
      { flag: 'c', count: 2 },
      { flag: 'a', count: 1 },
    ],
    dropped: 1,
  });
});
