import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ask, bucketing, flag, split } from '../../test/build-ruleset.js';
import type { Evaluation, RulesetFlag } from '../model/index.js';
import { BUCKETING } from './bucketing.js';
import { draw, firstOfEach, hashesBelow, rangesOf } from './draw.js';
import { murmur3 } from './murmur.js';

const named = (variant: string): Evaluation => ({ value: variant, variant, reason: 'SPLIT', generation: 1 });
const nowhere = { variantOf: () => undefined };

describe('bucketing', () => {
  // From the design, and for flagd's `fractional` v2 as run through @openfeature/flagd-core 4.0.1.
  it.each([
    [
      'new-checkout',
      'user-106933',
      [
        ['on', 1],
        ['off', 99_999],
      ],
      0,
      'on',
    ],
    [
      'headerColor',
      'user-1',
      [
        ['red', 50],
        ['blue', 20],
        ['green', 30],
      ],
      57,
      'blue',
    ],
    [
      'headerColor',
      'jane@company.com',
      [
        ['red', 50],
        ['blue', 20],
        ['green', 30],
      ],
      42,
      'red',
    ],
    [
      '',
      'acct-000123',
      [
        ['a', 333],
        ['b', 333],
        ['c', 334],
      ],
      925,
      'c',
    ],
    [
      'new-checkout',
      'user-7',
      [
        ['on', 1],
        ['off', 1],
      ],
      1,
      'off',
    ],
  ] as [string, string, [string, number][], number, string][])(
    'puts salt %j and unit %j where flagd does',
    (salt, unit, arms, bucket, variant) => {
      const total = arms.reduce((sum, [, weight]) => sum + weight, 0);
      for (const algorithm of ['native', 'flagd-v2'] as const) {
        expect(BUCKETING.get(algorithm)?.bucket(salt, unit, total)).toBe(bucket);
        const rest = { split: { arms, total, bucketing: bucketing({ salt, algorithm }) } };
        const variants = arms.map(([name]): [string, string] => [name, name]);
        const answer = ask(flag({ type: 'string', variants, safe: variants[0][0], rest }), {
          targetingKey: unit,
        });
        expect(answer).toMatchObject({ variant, reason: 'SPLIT' });
      }
    },
  );

  it('refuses an algorithm that is not in the registry', () => {
    const unknown = bucketing({ algorithm: 'coin' as 'native' });
    expect(() => draw([], 100, { bucketing: unknown })).toThrow('no bucketing "coin"');
  });

  it('compares hashes exactly as floor(hash × total / 2^32) compares with the cumulative range', () => {
    const totals = fc.oneof(
      fc.integer({ min: 1, max: 200 }),
      fc.constant(100_000),
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    );
    fc.assert(
      fc.property(totals, fc.nat(), fc.integer({ min: -2, max: 2 }), (total, seed, nudge) => {
        const bucket = seed % (total + 1);
        const limit = hashesBelow(bucket, total);
        const hash = Math.min(2 ** 32 - 1, Math.max(0, limit + nudge));
        const exact = (BigInt(hash) * BigInt(total)) >> 32n;
        expect(hash < limit).toBe(exact < BigInt(bucket));
      }),
      { numRuns: 5000 },
    );
  });

  it('gives the bucket of the plain formula at every unit', () => {
    const arms: [string, number][] = [
      ['a', 12_345],
      ['b', 55_555],
      ['c', 32_100],
    ];
    const total = 100_000;
    const ranges = rangesOf({ arms, total, bucketing: bucketing() }, named);
    const step = draw(ranges, total, { bucketing: bucketing() });
    for (let i = 0; i < 20_000; i++) {
      const bucket = Math.floor((murmur3(`flaguser-${i}`) * total) / 4294967296);
      const wanted = bucket < 12_345 ? 'a' : bucket < 67_900 ? 'b' : 'c';
      expect(step({ targetingKey: `user-${i}` }, 0, nowhere)?.variant).toBe(wanted);
    }
  });
});

describe('a percentage that grows', () => {
  const arms = fc
    .uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 0, maxLength: 6 })
    .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 100_000])
    .map((cuts) => cuts.slice(1).map((cut, i): [string, number] => [`v${i}`, cut - cuts[i]]));

  it('keeps everyone who was in, in the same arm, and fills the split at 100 (sentences 14 and 31)', () => {
    const units = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(arms, fc.array(fc.nat(100_000), { maxLength: 6 }), units, (weights, steps, people) => {
        const whole = { arms: weights, total: 100_000, bucketing: bucketing() };
        const at = (parts: number) =>
          draw(firstOfEach(rangesOf(whole, named), parts), 100_000, { bucketing: bucketing() });
        let before = at(0);
        for (const parts of [...steps.sort((a, b) => a - b), 100_000]) {
          const after = at(parts);
          for (const targetingKey of people) {
            const was = before({ targetingKey }, 0, nowhere);
            if (was !== undefined) expect(after({ targetingKey }, 0, nowhere)?.variant).toBe(was.variant);
          }
          before = after;
        }
        for (const targetingKey of people) expect(before({ targetingKey }, 0, nowhere)).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  it('never moves a unit out of a rule whose percent is raised', () => {
    const rule = (percent: number): RulesetFlag =>
      flag({
        rules: [
          {
            id: 'some',
            when: { op: 'string', attribute: 'plan', test: 'in', values: ['pro'] },
            share: { parts: percent * 1000, bucketing: bucketing() },
            outcome: { serve: 'on' },
          },
        ],
      });
    const people = Array.from({ length: 2000 }, (_, i) => ({ targetingKey: `u-${i}`, plan: 'pro' }));
    let before = new Set<string>();
    for (const percent of [0.5, 1, 5, 12.5, 50, 99, 100]) {
      const one = rule(percent);
      const now = new Set(
        people.filter((person) => ask(one, person).variant === 'on').map((p) => p.targetingKey),
      );
      for (const person of before) expect(now.has(person)).toBe(true);
      expect(now.size).toBeGreaterThan(before.size);
      before = now;
    }
    expect(before.size).toBe(people.length);
  });
});

describe('spread', () => {
  it('puts a million units within 4 sigma of every share', () => {
    const UNITS = 1_000_000;
    const shares: [string, number][] = [
      ['a', 0.5],
      ['b', 4.5],
      ['c', 15],
      ['d', 30],
      ['e', 50],
    ];
    const whole = split(shares);
    const step = draw(rangesOf(whole, named), whole.total, { bucketing: whole.bucketing });
    const counts = new Map<string | undefined, number>();
    const context = { targetingKey: '' };
    for (let i = 0; i < UNITS; i++) {
      context.targetingKey = `customer-${i}`;
      const variant = step(context, 0, nowhere)?.variant;
      counts.set(variant, (counts.get(variant) ?? 0) + 1);
    }
    for (const [name, percent] of shares) {
      const p = percent / 100;
      const sigma = Math.sqrt(UNITS * p * (1 - p));
      expect(Math.abs((counts.get(name) ?? 0) - UNITS * p)).toBeLessThan(4 * sigma);
    }
  });
});
