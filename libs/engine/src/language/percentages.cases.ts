import { expect } from '@jest/globals';
import { codesOf, release, scenario } from './scenario.js';
import { sentence } from './sentence.js';

const units = Array.from({ length: 400 }, (_, index) => `user-${index}`);

function development(body: string, more = ''): string {
  return release(`${more}environments:\n  development: ${body}\n`);
}

function shareOf(text: string, variant: string, stage?: string): string[] {
  const shop = scenario({ 'a.yaml': text });
  if (shop.errors.length > 0) throw new Error(shop.errors.join());
  const question = stage === undefined ? {} : { stage };
  return units.filter(
    (targetingKey) =>
      shop.variant('a', 'development', { ...question, context: { targetingKey, orders: 1 } }) === variant,
  );
}

const ruled = (percent: number, more = '') =>
  development(
    `{ rules: [{ id: r, when: { orders: 1 }, percent: ${percent}, serve: on${more} }], serve: off }`,
  );

sentence(14, 'takes the first percent of the matching units and lets the others go on', () => {
  const some = shareOf(ruled(25), 'on');
  expect(some.length).toBeGreaterThan(60);
  expect(some.length).toBeLessThan(140);
  const more = new Set(shareOf(ruled(50), 'on'));
  expect(some.every((unit) => more.has(unit))).toBe(true);
  const next = development(
    '{ rules: [{ id: r, when: { orders: 1 }, percent: 25, serve: off }, { id: s, when: { orders: 1 }, serve: on }], serve: off }',
  );
  expect(shareOf(next, 'on').length).toBe(units.length - some.length);
});

sentence(14, 'takes the first percent of every arm of a split', () => {
  const split = (percent: string) =>
    development(
      `{ rules: [{ id: r, when: { orders: 1 }, ${percent}split: { on: 50, off: 50 } }], serve: off, salt: other }`,
    );
  const full = new Set(shareOf(split(''), 'on'));
  const half = shareOf(split('percent: 50, '), 'on');
  expect(half.every((unit) => full.has(unit))).toBe(true);
  expect(Math.abs(half.length - full.size / 2)).toBeLessThan(40);
});

sentence(15, 'wants a split that totals exactly 100 with at most three decimals', () => {
  expect(codesOf(development('{ split: { on: 33.333, off: 66.667 } }'))).toEqual([]);
  expect(codesOf(development('{ split: { on: 33, off: 66 } }'))).toEqual(['split-total']);
  expect(codesOf(development('{ split: { on: 33.3333, off: 66.6667 } }'))).toContain('percent-decimals');
});

sentence(15, 'ends the search, except for a missing unit, which gets safe at the end', () => {
  const text = development(
    '{ rules: [{ id: r, when: { orders: 1 }, split: { on: 50, off: 50 } }, { id: s, when: { orders: 1 }, serve: on }], serve: off }',
  );
  const shop = scenario({ 'a.yaml': text });
  const answers = units.map(
    (targetingKey) => shop.ask('a', 'development', { context: { targetingKey, orders: 1 } }).ruleId,
  );
  expect(new Set(answers)).toEqual(new Set(['r']));
  expect(shop.ask('a', 'development', { context: { orders: 1 } }).ruleId).toBe('s');
  const last = scenario({ 'a.yaml': development('{ split: { on: 50, off: 50 } }') });
  expect(last.ask('a', 'development', { context: {} })).toMatchObject({ variant: 'off' });
});

sentence(26, 'lets the nearest by, salt and bucketing win', () => {
  const text = development(
    '{ rules: [{ id: r, when: { orders: 1 }, percent: 10, salt: s2, by: email, serve: on }], rollout: { to: on, plan: careful, bucketing: flagd-v2 }, serve: off, salt: s1 }',
    'by: accountId\nsalt: s0\n',
  );
  const { environments } = scenario({ 'a.yaml': text }).flag('a');
  const here = environments.get('development');
  expect(here?.rules[0]?.share?.bucketing).toEqual({ by: ['email'], salt: 's2', algorithm: 'native' });
  expect(here?.rollout?.bucketing).toEqual({ by: ['accountId'], salt: 's1', algorithm: 'flagd-v2' });
});

sentence(26, 'refuses by, salt or bucketing where nothing is decided by percentage', () => {
  expect(
    codesOf(development('{ rules: [{ id: r, when: { orders: 1 }, serve: on, salt: x }], serve: off }')),
  ).toEqual(['useless-bucketing']);
  expect(codesOf(development('{ split: { on: 50, off: 50 }, by: acountId }'))).toEqual(['unknown-attribute']);
  expect(codesOf(development('{ split: { on: 50, off: 50 }, by: employee }'))).toEqual(['wrong-value']);
});

sentence(27, 'takes the first attribute that is a non-empty string or an integer', () => {
  const text = development('{ split: { on: 50, off: 50 } }', 'by: [accountId, orders, targetingKey]\n');
  const shop = scenario({ 'a.yaml': text });
  const variant = (context: object) => shop.variant('a', 'development', { context: { ...context } });
  for (const unit of ['7', '42', '1234']) {
    const expected = variant({ accountId: unit });
    expect(variant({ orders: Number(unit) })).toBe(expected);
    expect(variant({ accountId: '', orders: 1.5, targetingKey: unit })).toBe(expected);
  }
});

sentence(28, 'needs no unit for 100 percent of one variant', () => {
  const whole = scenario({ 'a.yaml': ruled(100) });
  expect(whole.variant('a', 'development', { context: { orders: 1 } })).toBe('on');
  const nearly = scenario({ 'a.yaml': ruled(99.999) });
  expect(nearly.variant('a', 'development', { context: { orders: 1 } })).toBe('off');
});

sentence(29, 'refuses a split with the salt of an earlier percentage', () => {
  const rule = '{ id: r, when: { orders: 1 }, percent: 10, serve: on }';
  expect(codesOf(development(`{ rules: [${rule}], split: { on: 50, off: 50 } }`))).toEqual(['same-salt']);
  expect(
    codesOf(development(`{ rules: [${rule.replace('}, p', '}, salt: s, p')}], split: { on: 50, off: 50 } }`)),
  ).toEqual([]);
  expect(
    codesOf(development(`{ rules: [${rule.replace('10', '100')}], split: { on: 50, off: 50 } }`)),
  ).toEqual([]);
  expect(codesOf(development('{ rollout: { to: on, plan: careful }, split: { on: 50, off: 50 } }'))).toEqual([
    'same-salt',
  ]);
  expect(
    codesOf(development('{ rollout: { to: on, plan: careful, salt: end }, split: { on: 50, off: 50 } }')),
  ).toEqual([]);
  const twoRules =
    '{ id: q, when: { orders: 2 }, split: { on: 50, off: 50 } }, { id: r, when: { orders: 1 }, split: { on: 50, off: 50 } }';
  expect(codesOf(development(`{ rules: [${twoRules}], serve: off }`))).toEqual([]);
});

sentence(30, 'takes a list of whole weights in the order of the source for an imported bucketing', () => {
  const text = development('{ split: [[on, 333], [off, 667]], bucketing: flagd-v2 }');
  expect(codesOf(text)).toEqual([]);
  const rest = scenario({ 'a.yaml': text }).flag('a').environments.get('development')?.rest;
  expect(rest).toMatchObject({
    split: {
      arms: [
        ['on', 333],
        ['off', 667],
      ],
      total: 1000,
    },
  });
  expect(codesOf(development('{ split: [[on, 1], [off, 2]] }'))).toEqual(['imported-split']);
  expect(codesOf(development('{ split: [[on, 1], [off, 4000000000]], bucketing: flagd-v2 }'))).toEqual([
    'unfit-percentage',
  ]);
  expect(codesOf(development('{ split: [[on, 1.5], [off, 2]], bucketing: flagd-v2 }'))).toEqual([
    'wrong-type',
  ]);
  expect(codesOf(development('{ split: { on: 50, off: 50 }, bucketing: flagd-v3 }'))).toEqual([
    'unknown-value',
  ]);
});
