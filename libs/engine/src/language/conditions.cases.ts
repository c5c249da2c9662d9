import { expect } from '@jest/globals';
import {
  change,
  codesOf,
  codesOfRule,
  NOW_MS,
  PROJECT,
  release,
  STAFF,
  scenario,
  takes,
} from './scenario.js';
import { sentence } from './sentence.js';

sentence(17, 'knows the declared types, and the two attributes that are built in', () => {
  const { attributes } = scenario({}).snapshot.project;
  expect(attributes.get('platform')).toEqual({ type: 'string', values: ['ios', 'android', 'web'] });
  expect(attributes.get('appVersion')).toEqual({ type: 'semver' });
  expect(codesOfRule('{ targetingKey: u-1, now: { gte: 2027-01-01 } }')).toEqual([]);
  const declared = (line: string) =>
    scenario({ 'guidon.yaml': PROJECT.replace('  email: string', `  email: string\n  ${line}`) }).errors;
  expect(declared('targetingKey: string')).toEqual(['guidon.yaml built-in-name']);
  expect(declared('height: nummer')).toEqual(['guidon.yaml unknown-value']);
});

sentence(17, 'refuses strings that a declared list says never occur', () => {
  expect(codesOfRule('{ platform: windows }')).toEqual(['wrong-value']);
  expect(codesOfRule('{ platform: [ios, andriod] }')).toEqual(['wrong-value']);
  expect(codesOfRule('{ platform: { is: IOS, ignoreCase: true } }')).toEqual([]);
});

sentence(17, 'refuses names within two edits of a reserved word', () => {
  for (const name of ['segmnt', 'flags', 'al', 'nto', 'anny', 'atribute']) {
    const project = PROJECT.replace('  email: string', `  email: string\n  ${name}: string`);
    expect([name, scenario({ 'guidon.yaml': project }).errors]).toEqual([
      name,
      ['guidon.yaml near-reserved-word'],
    ]);
  }
});

sentence(18, 'offers the operators of each type and no others', () => {
  const refused: { [attribute: string]: string[] } = {
    email: ['lt: a'],
    orders: ['startsWith: "1"', 'contains: "1"', 'matches: "1"'],
    appVersion: ['startsWith: 1.2.3'],
    signedUpAt: ['is: 2026-01-01', 'in: [2026-01-01]'],
    employee: ['in: [true]', 'lt: 1'],
    clientIp: ['is: 10.0.0.1', 'lt: 10.0.0.1'],
  };
  for (const [attribute, operators] of Object.entries(refused)) {
    for (const operator of operators)
      expect([operator, codesOfRule(`{ ${attribute}: { ${operator} } }`)]).toEqual([
        operator,
        ['wrong-operator'],
      ]);
    expect(codesOfRule(`{ ${attribute}: { exists: true } }`)).toEqual([]);
  }
  expect(codesOfRule('{ orders: { gtt: 1 } }')).toEqual(['unknown-key']);
});

sentence(18, 'evaluates each operator', () => {
  expect(takes('{ email: { startsWith: [a, b] } }', { email: 'bo@x' })).toBe(true);
  expect(takes('{ email: { endsWith: "@X", ignoreCase: true } }', { email: 'bo@x' })).toBe(true);
  expect(takes('{ email: { contains: "o@" } }', { email: 'bo@x' })).toBe(true);
  expect(takes('{ email: { matches: "^b.@x$" } }', { email: 'bo@x' })).toBe(true);
  expect(takes('{ orders: { gt: 1, lte: 3 } }', { orders: 3 })).toBe(true);
  expect(takes('{ orders: { gt: 1, lte: 3 } }', { orders: 4 })).toBe(false);
  expect(takes('{ appVersion: { lt: 2.10.0 } }', { appVersion: '2.9.3' })).toBe(true);
  expect(takes('{ signedUpAt: { lt: 2026-01-01 } }', { signedUpAt: '2025-12-31' })).toBe(true);
  expect(takes('{ employee: true }', { employee: true })).toBe(true);
  expect(takes('{ clientIp: { in: [10.0.0.0/8] } }', { clientIp: '10.1.2.3' })).toBe(true);
  expect(takes('{ email: { exists: false } }', {})).toBe(true);
});

sentence(18, 'refuses patterns that need more than linear time', () => {
  expect(codesOfRule('{ email: { matches: "(?=a)b" } }')).toEqual(['bad-pattern']);
  expect(codesOfRule('{ email: { matches: "(a)\\\\1" } }')).toEqual(['bad-pattern']);
  const started = performance.now();
  expect(takes('{ email: { matches: "(a+)+$" } }', { email: `${'a'.repeat(2000)}b` })).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});

sentence(19, 'reads a plain value as is and a list as in', () => {
  const whenOf = (when: string) =>
    scenario({
      'a.yaml': release(
        `environments: { development: { rules: [{ id: r, when: ${when}, serve: on }], serve: off } }\n`,
      ),
    })
      .flag('a')
      .environments.get('development')?.rules[0]?.when;
  expect(whenOf('{ platform: ios }')).toEqual(whenOf('{ platform: { is: ios } }'));
  expect(whenOf('{ platform: [ios, web] }')).toEqual(whenOf('{ platform: { in: [ios, web] } }'));
  expect(whenOf('{ clientIp: 10.0.0.1 }')).toEqual(whenOf('{ clientIp: { in: [10.0.0.1] } }'));
  expect(takes('{ targetingKey: [u-17, u-99] }', { targetingKey: 'u-99' })).toBe(true);
  expect(codesOfRule('{ signedUpAt: 2026-01-01 }')).toEqual(['wrong-operator']);
});

sentence(20, 'wants all keys of a map, takes lists for any and all, and one condition for not', () => {
  expect(takes('{ platform: ios, orders: 1 }', { platform: 'ios', orders: 2 })).toBe(false);
  expect(takes('{ any: [{ platform: ios }, { orders: 1 }] }', { platform: 'ios', orders: 2 })).toBe(true);
  expect(takes('{ all: [{ platform: ios }, { orders: 1 }] }', { platform: 'ios', orders: 2 })).toBe(false);
  expect(takes('{ not: { segment: staff } }', { email: 'x@other.example' })).toBe(true);
  expect(codesOfRule('{ not: { platform: ios, orders: 1 } }')).toEqual(['not-one-condition']);
  expect(codesOfRule('{ any: { platform: ios } }')).toEqual(['wrong-type']);
});

sentence(20, 'reads an attribute that is named like a reserved word', () => {
  expect(takes('{ attribute: segment, in: [gold] }', { segment: 'gold' })).toBe(true);
  expect(codesOfRule('{ attribute: segment, inn: [gold] }')).toEqual(['unknown-key']);
  expect(codesOfRule('{ attribute: nothing, in: [gold] }')).toEqual(['unknown-attribute']);
});

sentence(21, 'makes a missing or ill-typed value false, and its not true', () => {
  for (const orders of [undefined, null, '7', {}, Number.NaN]) {
    expect(takes('{ orders: { lt: 100 } }', { orders })).toBe(false);
    expect(takes('{ not: { orders: { lt: 100 } } }', { orders })).toBe(true);
    expect(takes('{ orders: { exists: false } }', { orders })).toBe(true);
  }
});

sentence(22, 'lets a list fit when one element does, and reads dots as an exact key first', () => {
  expect(takes('{ skus: [b, c] }', { skus: ['a', 'b'] })).toBe(true);
  expect(takes('{ store.country: NO }', { 'store.country': 'NO' })).toBe(true);
  expect(takes('{ store.country: NO }', { store: { country: 'NO' } })).toBe(true);
  expect(takes('{ store.country: NO }', { 'store.country': 'SE', store: { country: 'NO' } })).toBe(false);
});

sentence(23, 'wants three parts in a version and an offset in an instant', () => {
  expect(codesOfRule('{ appVersion: { lt: "2.3" } }')).toEqual(['wrong-value']);
  expect(codesOfRule('{ appVersion: { lt: 2.3 } }')).toEqual(['wrong-value']);
  expect(takes('{ appVersion: { gte: 2.3.0 } }', { appVersion: 'v2.3' })).toBe(true);
  expect(codesOfRule('{ now: { lt: "2026-01-01T00:00:00" } }')).toEqual(['wrong-value']);
  expect(codesOfRule('{ now: { lt: 2026-02-30 } }')).toEqual(['wrong-value']);
  expect(takes('{ signedUpAt: { gte: 2026-01-01 } }', { signedUpAt: '2026-01-01T00:30:00+01:00' })).toBe(
    false,
  );
});

sentence(23, 'takes now from beside the context and never from it', () => {
  const when = '{ now: { gte: 2027-01-01 } }';
  expect(takes(when, {}, { now: '2027-01-01T00:00:00Z' })).toBe(true);
  expect(takes(when, { now: '2027-06-01' }, { now: '2026-12-31T23:59:59Z' })).toBe(false);
});

sentence(24, 'composes segments but lets them ask for no flag', () => {
  const nested = {
    'segments/friends.yaml': STAFF.replace(
      /when: .*/,
      'when: { any: [{ segment: staff }, { orders: { gte: 50 } }] }',
    ),
  };
  const text = release(
    'environments: { development: { rules: [{ id: r, when: { segment: [friends, staff] }, serve: on }], serve: off } }\n',
  );
  const shop = scenario({ ...nested, 'a.yaml': text });
  expect(shop.errors).toEqual([]);
  expect(shop.variant('a', 'development', { context: { orders: 60 } })).toBe('on');
  expect(shop.variant('a', 'development', { context: { email: 'Ada@ACME.example' } })).toBe('on');
  expect(shop.variant('a', 'development', { context: { orders: 1 } })).toBe('off');
  const asks = STAFF.replace(/when: .*/, 'when: { flag: { a: on } }');
  expect(scenario({ 'segments/x.yaml': asks, 'a.yaml': release() }).errors).toEqual([
    'segments/x.yaml flag-in-segment',
  ]);
});

sentence(24, 'refuses segments in a circle', () => {
  const to = (key: string) => STAFF.replace(/when: .*/, `when: { segment: ${key} }`);
  const { errors } = scenario({ 'segments/one.yaml': to('two'), 'segments/two.yaml': to('one') });
  expect(errors).toEqual(['segments/one.yaml cycle', 'segments/two.yaml cycle']);
});

const base = release('environments: { development: on }\n');

sentence(25, 'serves safe unless the required flag serves one of the variants', () => {
  const needs = release('requires: { base: on }\nenvironments: { development: on }\n');
  expect(scenario({ 'base.yaml': base, 'a.yaml': needs }).ask('a', 'development')).toMatchObject({
    variant: 'on',
    reason: 'DEFAULT',
  });
  const asking = release(
    'environments: { development: { rules: [{ id: r, when: { flag: { base: [on] } }, serve: on }], serve: off } }\n',
  );
  expect(scenario({ 'base.yaml': base, 'a.yaml': asking }).variant('a', 'development')).toBe('on');
});

sentence(25, 'refuses circles, archived flags and unknown ones', () => {
  const needs = (key: string) => release(`requires: { ${key}: on }\n`);
  expect(scenario({ 'a.yaml': needs('b'), 'b.yaml': needs('a') }).errors).toEqual([
    'a.yaml cycle',
    'b.yaml cycle',
  ]);
  expect(codesOf(needs('a'))).toEqual(['cycle']);
  expect(codesOf(needs('old'), { 'old.yaml': release('archived: 2026-10-01\nserve: on\n') })).toEqual([
    'archived-reference',
  ]);
  expect(codesOf(needs('nothing'))).toEqual(['unknown-flag']);
  expect(codesOf(needs('base').replace('on }', 'blue }'), { 'base.yaml': base })).toEqual([
    'unknown-variant',
  ]);
});

sentence(25, 'keeps a circle from going live by the file that closes it', () => {
  const before = { 'a.yaml': release('requires: { b: on }\n'), 'b.yaml': release() };
  const closed = change(before, { ...before, 'b.yaml': release('requires: { a: on }\n') });
  expect([closed.errors, closed.result.frozen]).toEqual([['b.yaml cycle'], ['b.yaml']]);
});

sentence(25, 'finds an environment in which a requirement can never hold', () => {
  const needs = release('requires: { base: on }\nenvironments: { production: on, development: off }\n');
  expect(codesOf(needs, { 'base.yaml': base })).toEqual(['requirement-never-holds']);
  // Switching the required flag off stays possible: the flag that needs it only gets a warning.
  const off = change(
    { 'base.yaml': base.replace('development', 'production'), 'a.yaml': needs },
    { 'base.yaml': base, 'a.yaml': needs },
  );
  expect([off.errors, off.warnings, off.variant('a', 'production')]).toEqual([
    [],
    ['a.yaml kept-in-spite', 'base.yaml environment-unlisted'],
    'off',
  ]);
});

sentence(25, 'refuses to take away a flag or segment that others need', () => {
  const needs = release('requires: { base: on }\nenvironments: { development: on }\n');
  const archived = change(
    { 'base.yaml': base, 'a.yaml': needs },
    { 'base.yaml': release('archived: 2026-10-01\nserve: on\n'), 'a.yaml': needs },
  );
  expect([archived.errors, archived.result.frozen]).toEqual([['base.yaml breaks-other-file'], ['base.yaml']]);
  const uses = release(
    'environments: { development: { rules: [{ id: r, when: { segment: staff }, serve: on }], serve: off } }\n',
  );
  const project = PROJECT.replace('audience: { segment: staff }', 'audience: { employee: true }');
  const gone = change(
    { 'guidon.yaml': project, 'a.yaml': uses },
    { 'guidon.yaml': project, 'a.yaml': uses, 'segments/staff.yaml': '' },
  );
  expect(gone.errors).toEqual(['segments/staff.yaml breaks-other-file']);
  expect(gone.result.findings[0]?.sentence).toContain('a.yaml');
  expect(gone.variant('a', 'development', { context: { email: 'x@acme.example' } })).toBe('on');
});

sentence(23, 'reads a date as midnight in UTC', () => {
  expect(takes('{ now: { gte: 2026-11-23 } }', {}, { now: new Date(NOW_MS).toISOString() })).toBe(true);
  expect(takes('{ now: { lt: 2026-11-23 } }', {}, { now: '2026-11-22T23:59:59Z' })).toBe(true);
});
