import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Plan } from './plan.js';
import { alphaOfEach, NO_PLAN } from './plan.js';
import { planHash } from './plan-hash.js';
import { sha256Hex } from './sha256.js';

const PLAN: Plan = {
  ...NO_PLAN,
  stages: [
    { id: 'tenth', parts: 10_000, holdMs: 3_600_000 },
    { id: 'full', parts: 100_000, holdMs: 3_600_000 },
  ],
  guards: [
    { id: 'errors', type: 'ratio', outcome: 'http.error', nullRatio: 1, minErrors: 5, onAlarm: 'rollback' },
    { id: 'slow', type: 'latency', outcome: 'http.latency', nullRatio: 1, onAlarm: 'pause' },
  ],
};

describe('sha256Hex', () => {
  it('gives the digest that every other implementation gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
      }),
    );
    for (const length of [0, 54, 55, 56, 63, 64, 65, 1000])
      expect(sha256Hex('a'.repeat(length))).toBe(
        createHash('sha256').update('a'.repeat(length)).digest('hex'),
      );
  });
});

describe('planHash', () => {
  it('stays the same for the same plan, however it was put together', () => {
    const turned = Object.fromEntries(Object.entries(PLAN).reverse()) as unknown as Plan;
    expect(planHash(turned)).toBe(planHash(PLAN));
    expect(planHash(PLAN)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('differs with everything that a plan says', () => {
    const others: Plan[] = [
      { ...PLAN, stages: [...PLAN.stages].reverse() },
      { ...PLAN, guards: PLAN.guards.slice(1) },
      { ...PLAN, alpha: 0.01 },
      { ...PLAN, holdoutParts: 1000 },
      { ...PLAN, windows: ['Mon-Thu 09:00-16:00'] },
      { ...PLAN, deadlineMs: 1 },
      { ...PLAN, noData: { afterMs: 1, action: 'pause' } },
    ];
    expect(new Set([PLAN, ...others].map(planHash)).size).toBe(others.length + 1);
  });
});

describe('alphaOfEach', () => {
  it('splits the budget over the guards that can be wrong by chance, so that their sum never exceeds it (V4)', () => {
    expect(alphaOfEach(PLAN)).toBe(0.025);
    const ceiling = {
      id: 'c',
      type: 'ceiling',
      outcome: 'o',
      above: 5,
      windowMs: 1,
      minCalls: 1,
      onAlarm: 'pause',
    } as const;
    expect(alphaOfEach({ ...PLAN, guards: [...PLAN.guards, ceiling] })).toBe(0.025);
    expect(alphaOfEach(NO_PLAN)).toBe(0.05);
  });
});
