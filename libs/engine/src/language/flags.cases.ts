import { expect } from '@jest/globals';
import type { Position } from '../model/index.js';
import { change, codesOf, release, scenario } from './scenario.js';
import { sentence } from './sentence.js';

sentence(7, 'insists on the obligatory fields', () => {
  for (const field of ['type', 'owner', 'description', 'safe', 'expires']) {
    const text = release('environments: { development: on }\n').replace(
      new RegExp(`^${field}: .*\n`, 'm'),
      '',
    );
    expect([field, codesOf(text)]).toEqual([field, ['missing-field']]);
  }
  const ops = release().replace('release', 'ops');
  expect(codesOf(ops).sort()).toEqual(['field-for-type', 'missing-field']);
  expect(codesOf(ops.replace('expires', 'review'))).toEqual([]);
});

sentence(7, 'fills in the variants, the unit and the salt, and nothing else', () => {
  const shop = scenario({
    'a.yaml': release('environments: { development: { split: { on: 50, off: 50 } } }\n'),
  });
  const { variants, essential, tags, requires, environments } = shop.flag('a');
  expect(variants).toEqual([
    { name: 'off', value: false },
    { name: 'on', value: true },
  ]);
  expect([essential, tags, requires]).toEqual([false, [], []]);
  expect(environments.get('development')?.rest).toMatchObject({
    split: { bucketing: { by: ['targetingKey'], salt: 'a' } },
  });
});

sentence(7, 'warns of a date that has passed and serves on', () => {
  const shop = scenario({ 'a.yaml': release('environments: { production: on }\n').replace('2027', '2026') });
  expect([shop.errors, shop.warnings, shop.variant('a', 'production')]).toEqual([
    [],
    ['a.yaml flag-expired'],
    'on',
  ]);
  expect(codesOf(release().replace('2027-02-01', '2027-02-30'))).toEqual(['bad-format']);
});

sentence(8, 'refuses variants of different types, shapes and meaning', () => {
  expect(codesOf(release('variants: { on: 1, off: text }\n'))).toEqual(['mixed-variants']);
  expect(codesOf(release('variants: { on: false, off: true }\n'))).toEqual([
    'boolean-variant',
    'boolean-variant',
  ]);
  expect(codesOf(release('variants: { on: { a: 1 }, off: { a: text } }\n'))).toEqual(['object-keys-differ']);
  expect(codesOf(release('variants: { on: { a: 1, b: 1 }, off: { a: 1 } }\n'))).toEqual([
    'object-keys-differ',
  ]);
  expect(codesOf(release('variants: { on: "true", off: "false" }\n'))).toEqual(['text-booleans']);
  expect(codesOf(release('variants: { on: { a: { b: 1 } }, off: { a: { b: 2 } } }\n'))).toEqual([]);
});

sentence(9, 'lets a waived heuristic pass, and only that', () => {
  const url = 'variants: { on: "https://a.example", off: none }\n';
  expect(codesOf(release(url))).toEqual(['config-shaped']);
  expect(codesOf(release(`${url}waive: { config-shaped: The old site is one address }\n`))).toEqual([]);
  expect(codesOf(release(`${url}waive: { unknown-team: No }\n`))).toContain('unknown-key');
});

sentence(9, 'warns of a waiver that silences nothing', () => {
  const shop = scenario({ 'a.yaml': release('waive: { entitlement-shaped: Once needed }\n') });
  expect([shop.errors, shop.warnings]).toEqual([[], ['a.yaml waiver-unused']]);
});

sentence(11, 'serves safe where an environment is not listed', () => {
  const shop = scenario({ 'a.yaml': release('environments: { development: on }\n'), 'b.yaml': release() });
  expect(shop.errors).toEqual([]);
  expect(shop.ask('a', 'production')).toMatchObject({ variant: 'off', reason: 'STATIC' });
  expect(shop.ask('b', 'development')).toMatchObject({ variant: 'off', reason: 'STATIC' });
});

sentence(12, 'ends an environment in exactly one of serve and split', () => {
  expect(
    codesOf(release('environments: { development: { serve: on, split: { on: 50, off: 50 } } }\n')),
  ).toEqual(['serve-or-split']);
  expect(
    codesOf(
      release('environments: { development: { rules: [{ id: r, when: { orders: 1 }, serve: on }] } }\n'),
    ),
  ).toEqual(['serve-or-split']);
  const [short, long] = ['on', '{ serve: on }'].map((text) =>
    scenario({ 'a.yaml': release(`environments: { development: ${text} }\n`) }),
  );
  expect(short?.flag('a').environments).toEqual(long?.flag('a').environments);
});

sentence(12, 'looks at rules before the rollout and at the rollout before everyone else', () => {
  const text = release(
    'environments:\n  development:\n    rules: [{ id: r, when: { orders: 1 }, serve: off }]\n    rollout: { to: on, plan: careful }\n    serve: off\n',
  );
  const shop = scenario({ 'a.yaml': text });
  const answer = (orders: number) => shop.ask('a', 'development', { context: { orders }, stage: 'done' });
  expect(answer(1)).toMatchObject({ variant: 'off', reason: 'TARGETING_MATCH', ruleId: 'r' });
  expect(answer(2)).toMatchObject({ variant: 'on', reason: 'SPLIT' });
  expect(shop.ask('a', 'development', { context: { orders: 2 } })).toMatchObject({
    variant: 'off',
    reason: 'DEFAULT',
  });
});

sentence(13, 'wants rules with a unique id, a condition and one outcome', () => {
  const rules = (text: string) =>
    codesOf(release(`environments: { development: { rules: [${text}], serve: off } }\n`));
  expect(
    rules('{ id: r, when: { orders: 1 }, serve: on }, { id: r, when: { orders: 2 }, serve: on }'),
  ).toEqual(['repeated-id']);
  expect(rules('{ id: r, when: {}, serve: on }')).toEqual(['empty-collection']);
  expect(rules('{ when: { orders: 1 }, serve: on }')).toEqual(['missing-field']);
  expect(rules('{ id: r, serve: on }')).toEqual(['missing-field']);
  expect(rules('{ id: r, when: { orders: 1 } }')).toEqual(['serve-or-split']);
});

sentence(13, 'lets the first match win', () => {
  const text = release(
    'environments:\n  development:\n    rules:\n      - { id: first, when: { orders: { gte: 1 } }, serve: on }\n      - { id: second, when: { orders: { gte: 1 } }, serve: off }\n    serve: off\n',
  );
  expect(scenario({ 'a.yaml': text }).ask('a', 'development', { context: { orders: 5 } })).toMatchObject({
    variant: 'on',
    ruleId: 'first',
  });
});

const pilot = (percent: number) =>
  release(
    `environments:\n  production:\n    rules: [{ id: nordic, when: { store.country: [NO, DK] }, percent: ${percent}, serve: on }]\n    serve: off\n`,
  );

sentence(16, 'refuses a new flag that is live in a protected environment', () => {
  const codes = (text: string) => change({}, { 'a.yaml': text }).errors;
  expect(codes(release('environments: { production: on }\n'))).toEqual(['a.yaml new-flag-live']);
  expect(codes(pilot(5))).toEqual(['a.yaml new-flag-live']);
  expect(codes(release('environments: { production: off, development: on }\n'))).toEqual([]);
  expect(
    codes(release('environments: { production: { rollout: { to: on, plan: careful }, serve: off } }\n')),
  ).toEqual([]);
  expect(
    codes(
      release('waive: { new-flag-live: Copied from the old system }\nenvironments: { production: on }\n'),
    ),
  ).toEqual([]);
});

sentence(16, 'refuses percentages that jump outside a rollout', () => {
  const split = (on: number) =>
    release(`environments: { production: { split: { on: ${on}, off: ${100 - on} } } }\n`);
  expect(change({ 'a.yaml': split(10) }, { 'a.yaml': split(20) }).errors).toEqual([]);
  expect(change({ 'a.yaml': split(10) }, { 'a.yaml': split(20.5) }).errors).toEqual(['a.yaml percent-jump']);
  expect(change({ 'a.yaml': pilot(10) }, { 'a.yaml': pilot(100) }).errors).toEqual(['a.yaml percent-jump']);
  const kept = change({ 'a.yaml': split(10) }, { 'a.yaml': release('environments: { production: on }\n') });
  expect([kept.errors, kept.variant('a', 'production', { context: {} })]).toEqual([
    ['a.yaml percent-jump'],
    'off',
  ]);
});

sentence(16, 'lets the baseline, moves toward safe and versions that were live before pass', () => {
  const live = release('environments: { production: on }\n');
  const dark = release('environments: { production: off }\n');
  expect(scenario({ 'a.yaml': live }).errors).toEqual([]);
  expect(change({ 'a.yaml': live }, { 'a.yaml': dark }).errors).toEqual([]);
  const liveBefore = new Set([`a.yaml:blob of ${live}`]);
  expect(change({ 'a.yaml': dark }, { 'a.yaml': live }, { liveBefore }).errors).toEqual([]);
  expect(change({ 'a.yaml': dark }, { 'a.yaml': live }).errors).toEqual(['a.yaml percent-jump']);
});

sentence(16, 'counts a finished rollout as 100', () => {
  const rolling = {
    'a.yaml': release('environments: { production: { rollout: { to: on, plan: careful }, serve: off } }\n'),
  };
  const over = { 'a.yaml': release('environments: { production: on }\n') };
  const finished: Position = {
    flag: 'a',
    environment: 'production',
    planHash: 'p',
    to: { serve: 'on' },
    unit: ['targetingKey'],
    salt: 'a',
    holdoutParts: 0,
    reached: [{ stage: 'full', parts: 100_000 }],
  };
  expect(change(rolling, over, { positions: [finished] }).errors).toEqual([]);
  expect(change(rolling, over).errors).toEqual(['a.yaml percent-jump']);
});

sentence(39, 'serves an archived flag everywhere and lets it be killed', () => {
  const text = release('archived: 2026-10-01\nserve: on\n');
  const shop = scenario({ 'a.yaml': text });
  expect(shop.errors).toEqual([]);
  expect(shop.ask('a', 'production')).toMatchObject({ variant: 'on', reason: 'STATIC' });
  expect(shop.ask('a', 'production', { killed: ['a'] })).toMatchObject({
    variant: 'off',
    reason: 'DISABLED',
  });
});

sentence(39, 'refuses flags that are half archived', () => {
  expect(codesOf(release('archived: 2026-10-01\n'))).toEqual(['archived-shape']);
  expect(codesOf(release('serve: on\n'))).toEqual(['archived-shape']);
  expect(codesOf(release('archived: 2026-10-01\nserve: on\nenvironments: { development: on }\n'))).toEqual([
    'archived-shape',
  ]);
});

sentence(39, 'lets only archived flags be deleted', () => {
  const archived = release('archived: 2026-10-01\nserve: off\n');
  expect(change({ 'a.yaml': archived }, {}).snapshot.flags.has('a')).toBe(false);
  const kept = change({ 'a.yaml': release('environments: { development: on }\n') }, {});
  expect([kept.errors, kept.result.frozen]).toEqual([['a.yaml delete-live-flag'], ['a.yaml']]);
  expect(kept.variant('a', 'development')).toBe('on');
});
