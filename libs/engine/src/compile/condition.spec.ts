import { describe, expect, it } from '@jest/globals';
import { flag, holds } from '../../test/build-ruleset.js';
import type { Condition, StringCondition } from '../model/index.js';

const is = (attribute: string, ...values: string[]): StringCondition => ({
  op: 'string',
  attribute,
  test: 'in',
  values,
});
const text = (test: StringCondition['test'], values: string[], ignoreCase?: true): StringCondition =>
  ignoreCase
    ? { op: 'string', attribute: 'email', test, values, ignoreCase }
    : { op: 'string', attribute: 'email', test, values };
const number = (test: 'in' | 'lt' | 'lte' | 'gt' | 'gte', ...values: number[]): Condition => ({
  op: 'number',
  attribute: 'orders',
  test,
  values,
});

describe('operators (sentence 18)', () => {
  it('compares texts', () => {
    const email = 'ada@acme.example';
    expect(holds(text('in', [email]), { email })).toBe(true);
    expect(holds(text('in', ['bo', email]), { email })).toBe(true);
    expect(holds(text('in', ['bo']), { email })).toBe(false);
    expect(holds(text('startsWith', ['bo', 'ada']), { email })).toBe(true);
    expect(holds(text('startsWith', ['da']), { email })).toBe(false);
    expect(holds(text('endsWith', ['@acme.example']), { email })).toBe(true);
    expect(holds(text('contains', ['@acme']), { email })).toBe(true);
    expect(holds(text('contains', ['@ACME']), { email })).toBe(false);
  });

  it.each(['in', 'startsWith', 'endsWith', 'contains'] as const)(
    'ignores case for %s, beyond ASCII too, by no locale',
    (test) => {
      for (const [given, wanted] of [
        ['ADA', 'ada'],
        ['ada', 'ADA'],
        ['ÅSA', 'åsa'],
        ['Kelvin', 'Kelvin'],
        ['ISTANBUL', 'istanbul'],
      ]) {
        expect(holds(text(test, [wanted], true), { email: given })).toBe(true);
        expect(holds(text(test, ['zzz', wanted], true), { email: given })).toBe(true);
        expect(holds(text(test, ['zzz'], true), { email: given })).toBe(false);
      }
      expect(holds(text(test, ['ıstanbul'], true), { email: 'ISTANBUL' })).toBe(false);
    },
  );

  it('holds the edges of texts in capitals against values that are longer', () => {
    expect(holds(text('startsWith', ['abcd'], true), { email: 'ABC' })).toBe(false);
    expect(holds(text('endsWith', ['xabc'], true), { email: 'ABC' })).toBe(false);
    expect(holds(text('contains', ['cd'], true), { email: 'ABC' })).toBe(false);
    expect(holds(text('in', ['[', '{'], true), { email: 'A' })).toBe(false);
  });

  it('matches patterns anywhere in the text, in linear time', () => {
    expect(holds(text('matches', ['^a.a@']), { email: 'ada@acme.example' })).toBe(true);
    expect(holds(text('matches', ['acme\\.']), { email: 'ada@acme.example' })).toBe(true);
    expect(holds(text('matches', ['ACME']), { email: 'ada@acme.example' })).toBe(false);
    expect(holds(text('matches', ['ACME'], true), { email: 'ada@acme.example' })).toBe(true);
    // A backtracking engine would need about 2^40 steps here.
    expect(holds(text('matches', ['^(a+)+$']), { email: `${'a'.repeat(40)}!` })).toBe(false);
  });

  it('compares numbers', () => {
    expect(holds(number('in', 3), { orders: 3 })).toBe(true);
    expect(holds(number('in', 1, 3), { orders: 3 })).toBe(true);
    expect(holds(number('lt', 3), { orders: 3 })).toBe(false);
    expect(holds(number('lte', 3), { orders: 3 })).toBe(true);
    expect(holds(number('gt', 3), { orders: 3 })).toBe(false);
    expect(holds(number('gte', 3), { orders: 3 })).toBe(true);
    expect(holds(number('lt', 3), { orders: 2.5 })).toBe(true);
    expect(holds(number('gt', 3), { orders: 3.5 })).toBe(true);
  });

  it('compares versions, dates, addresses and truth values', () => {
    const version = (test: 'in' | 'lt' | 'lte' | 'gt' | 'gte'): Condition => ({
      op: 'semver',
      attribute: 'v',
      test,
      values: ['2.10.0'],
    });
    expect(holds(version('lt'), { v: '2.9.3' })).toBe(true);
    expect(holds(version('lt'), { v: '2.10' })).toBe(false);
    expect(holds(version('lte'), { v: '2.10' })).toBe(true);
    expect(holds(version('in'), { v: 'v2.10' })).toBe(true);
    expect(holds(version('gt'), { v: '2.10.1' })).toBe(true);
    expect(holds(version('gte'), { v: '2.10.0-rc.1' })).toBe(false);
    const since: Condition = { op: 'date', attribute: 'at', test: 'gte', value: Date.UTC(2027, 0, 1) };
    expect(holds(since, { at: '2027-01-01' })).toBe(true);
    expect(holds(since, { at: '2026-12-31T23:59:59Z' })).toBe(false);
    expect(holds(since, { at: new Date('2027-01-02') })).toBe(true);
    const office: Condition = { op: 'ip', attribute: 'ip', in: ['10.0.0.0/8', '2001:db8::/32'] };
    expect(holds(office, { ip: '10.9.9.9' })).toBe(true);
    expect(holds(office, { ip: '2001:db8::7' })).toBe(true);
    expect(holds(office, { ip: '11.0.0.1' })).toBe(false);
    expect(holds({ op: 'boolean', attribute: 'vip', is: false }, { vip: false })).toBe(true);
    expect(holds({ op: 'boolean', attribute: 'vip', is: false }, {})).toBe(false);
  });
});

describe('values that are missing or of another type (sentence 21)', () => {
  const odd = [
    undefined,
    null,
    {},
    [],
    () => 'x',
    Symbol('x'),
    10n,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
  ];
  const conditions: Condition[] = [
    { op: 'string', attribute: 'a', test: 'contains', values: [''] },
    { op: 'string', attribute: 'a', test: 'matches', values: [''], ignoreCase: true },
    { op: 'number', attribute: 'a', test: 'gte', values: [Number.MIN_SAFE_INTEGER] },
    { op: 'number', attribute: 'a', test: 'lte', values: [Number.MAX_SAFE_INTEGER] },
    { op: 'semver', attribute: 'a', test: 'gte', values: ['0.0.0'] },
    { op: 'boolean', attribute: 'a', is: true },
    { op: 'ip', attribute: 'a', in: ['0.0.0.0/0', '::/0'] },
    { op: 'date', attribute: 'a', test: 'gte', value: 0 },
    ...(['string', 'number', 'boolean', 'semver', 'date', 'ip'] as const).map(
      (type): Condition => ({ op: 'exists', attribute: 'a', type, exists: true }),
    ),
  ];

  it.each(conditions)('makes %j false and its not true', (condition) => {
    for (const a of odd) {
      expect(holds(condition, { a })).toBe(false);
      expect(holds({ op: 'not', of: condition }, { a })).toBe(true);
    }
    expect(holds(condition, {})).toBe(false);
  });

  it('says that a value of another type does not exist', () => {
    const missing: Condition = { op: 'exists', attribute: 'a', type: 'semver', exists: false };
    expect(holds(missing, { a: 'latest' })).toBe(true);
    expect(holds(missing, { a: '1.2' })).toBe(false);
    expect(holds(missing, {})).toBe(true);
  });
});

describe('attributes', () => {
  it('lets a list fit when one element does (sentence 22)', () => {
    expect(holds(is('roles', 'admin'), { roles: ['editor', 'admin'] })).toBe(true);
    expect(holds(is('roles', 'admin'), { roles: ['editor'] })).toBe(false);
    expect(holds(is('roles', 'admin'), { roles: [['admin']] })).toBe(false);
    expect(
      holds({ op: 'exists', attribute: 'roles', type: 'string', exists: true }, { roles: [1, 'x'] }),
    ).toBe(true);
    expect(holds({ op: 'not', of: is('roles', 'admin') }, { roles: ['admin', 'x'] })).toBe(false);
  });

  it('takes an exact key before a path, and walks own keys only (sentence 22)', () => {
    const nordic = is('store.country', 'NO');
    expect(holds(nordic, { 'store.country': 'NO' })).toBe(true);
    expect(holds(nordic, { store: { country: 'NO' } })).toBe(true);
    expect(holds(nordic, { store: { country: ['SE', 'NO'] } })).toBe(true);
    expect(holds(nordic, { 'store.country': 'DE', store: { country: 'NO' } })).toBe(false);
    expect(holds(nordic, { store: Object.create({ country: 'NO' }) })).toBe(false);
    expect(holds(nordic, { store: 'NO' })).toBe(false);
    expect(holds(nordic, { store: null })).toBe(false);
    expect(holds({ op: 'number', attribute: 'list.length', test: 'gte', values: [0] }, { list: [1] })).toBe(
      false,
    );
  });

  it('never matches what is inherited', () => {
    const anyText = (attribute: string): Condition => ({
      op: 'string',
      attribute,
      test: 'contains',
      values: [''],
    });
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(holds(anyText(name), {})).toBe(false);
      expect(holds(anyText(`${name}.name`), {})).toBe(false);
      expect(holds(anyText(name), JSON.parse(`{"${name}":"x"}`))).toBe(true);
    }
    expect(holds(is('plan', 'pro'), Object.create({ plan: 'pro' }))).toBe(false);
    expect(holds(is('plan', 'pro'), Object.assign(Object.create(null), { plan: 'pro' }))).toBe(true);
    expect(holds(is('plan', 'pro'), Object.create({ plan: ['pro'] }))).toBe(false);
  });

  it('counts a getter that throws as missing', () => {
    const context = {
      get plan(): string {
        throw new Error('no');
      },
    };
    expect(holds(is('plan', 'pro'), context)).toBe(false);
    expect(holds({ op: 'not', of: is('plan', 'pro') }, context)).toBe(true);
    expect(holds(is('plan.name', 'pro'), context)).toBe(false);
  });

  it('reads now from the clock and never from the caller (sentence 23)', () => {
    const after: Condition = { op: 'date', attribute: 'now', test: 'gte', value: 1000 };
    expect(holds(after, { now: '2030-01-01' }, { nowMs: 999 })).toBe(false);
    expect(holds(after, {}, { nowMs: 1000 })).toBe(true);
    expect(holds({ op: 'not', of: after }, {}, { nowMs: Number.NaN })).toBe(true);
    expect(holds(is('now', 'x'), { now: 'x' })).toBe(false);
    expect(holds({ op: 'exists', attribute: 'now', type: 'date', exists: true }, {})).toBe(true);
  });
});

describe('joined conditions', () => {
  const yes = is('a', 'x');
  const no = is('a', 'y');

  it.each([1, 2, 3, 4, 5, 7])('needs all of %d conditions for all, one for any (sentence 20)', (count) => {
    const list = (at: number, one: Condition, others: Condition): Condition[] =>
      Array.from({ length: count }, (_, i) => (i === at ? one : others));
    expect(holds({ op: 'all', of: list(-1, no, yes) }, { a: 'x' })).toBe(true);
    expect(holds({ op: 'any', of: list(-1, yes, no) }, { a: 'x' })).toBe(false);
    for (let at = 0; at < count; at++) {
      expect(holds({ op: 'all', of: list(at, no, yes) }, { a: 'x' })).toBe(false);
      expect(holds({ op: 'any', of: list(at, yes, no) }, { a: 'x' })).toBe(true);
    }
  });

  it('takes any of the segments named, also through another segment (sentence 24)', () => {
    const segments: Record<string, Condition> = {
      staff: text('endsWith', ['@acme.example']),
      beta: is('plan', 'beta'),
      inner: {
        op: 'any',
        of: [
          { op: 'segment', any: ['staff'] },
          { op: 'segment', any: ['beta'] },
        ],
      },
    };
    const either: Condition = { op: 'segment', any: ['staff', 'beta'] };
    expect(holds(either, { plan: 'beta' }, { segments })).toBe(true);
    expect(holds(either, { email: 'ada@acme.example' }, { segments })).toBe(true);
    expect(holds(either, { plan: 'pro' }, { segments })).toBe(false);
    expect(holds({ op: 'segment', any: ['inner'] }, { plan: 'beta' }, { segments })).toBe(true);
    expect(holds({ op: 'not', of: { op: 'segment', any: ['inner'] } }, { plan: 'pro' }, { segments })).toBe(
      true,
    );
  });

  it('asks another flag for the same context (sentence 25)', () => {
    const flags = {
      ledger: flag({ rules: [{ id: 'r', when: is('plan', 'pro'), outcome: { serve: 'on' } }] }),
    };
    const ledgerOn: Condition = { op: 'flag', flag: 'ledger', variants: ['on'] };
    expect(holds(ledgerOn, { plan: 'pro' }, { flags })).toBe(true);
    expect(holds(ledgerOn, { plan: 'free' }, { flags })).toBe(false);
    expect(holds({ op: 'flag', flag: 'ledger', variants: ['off', 'on'] }, {}, { flags })).toBe(true);
    expect(holds({ op: 'flag', flag: 'nowhere', variants: ['on', 'off'] }, {}, { flags })).toBe(false);
  });
});
