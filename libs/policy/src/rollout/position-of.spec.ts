import { compile } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import { type Outcome, RULESET_FORMAT, type RulesetRollout, type Stage } from '@guidon/engine/model';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRollout, createTerms, SMALL_PLAN } from './model/create-rollout.js';
import { positionOf } from './position-of.js';
import type { RolloutState } from './rollout-state.js';

const STAFF = { op: 'string', attribute: 'email', test: 'endsWith', values: ['@acme.example'] } as const;
const SPLIT: Outcome = {
  split: {
    arms: [
      ['blue', 30_000],
      ['red', 70_000],
    ],
    total: 100_000,
    bucketing: { by: ['targetingKey'], salt: 'colours', algorithm: 'native' },
  },
};

/** What a subject gets where the rollout stands as this state says. */
function variantOf(state: RolloutState, context: Record<string, string>): string | undefined {
  const { to, unit, salt, algorithm = 'native', holdoutParts, reached } = positionOf(state);
  const parts = reached.map(({ stage: _stage, ...one }) => one);
  const rollout: RulesetRollout = { to, unit, salt, algorithm, holdoutParts, reached: parts };
  const variants = ['blue', 'off', 'on', 'red'].map((name): [string, string] => [name, name]);
  const flag = { type: 'string' as const, variants, safe: 'off', rest: { serve: 'off' } };
  const flags = { f: reached.length === 0 ? flag : { ...flag, rollout } };
  const ruleset = {
    format: RULESET_FORMAT,
    environment: 'production',
    revision: 'r',
    flags,
    segments: {},
  } as const;
  return evaluate(compile(ruleset, { generation: 1, killed: new Set() }), 'f', context, 0).variant;
}

const percents = fc.uniqueArray(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 5 });
const plan = fc.record({ percents, staffAt: fc.nat(4), holdoutParts: fc.constantFrom(0, 1000, 20_000) });

function stagesOf({ percents: parts, staffAt }: { percents: readonly number[]; staffAt: number }): Stage[] {
  const sorted = [...parts].sort((a, b) => a - b);
  const stages: Stage[] = [...sorted, 100_000].map((one) => ({ id: `p${one}`, holdMs: 1, parts: one }));
  stages.splice(Math.min(staffAt, stages.length - 1), 0, { id: 'staff', holdMs: 1, audience: STAFF });
  return stages;
}

it.each<[string, Outcome]>([
  ['a variant', { serve: 'on' }],
  ['a split', SPLIT],
])(
  'lets nobody fall out or change sides while a rollout to %s grows, and everybody in at the end',
  (_, to) => {
    fc.assert(
      fc.property(plan, fc.string({ minLength: 1 }), fc.boolean(), (given, targetingKey, isStaff) => {
        const { holdoutParts } = given;
        const terms = createTerms({ to, plan: { ...SMALL_PLAN, stages: stagesOf(given), holdoutParts } });
        const context = { targetingKey, ...(isStaff ? { email: 'ada@acme.example' } : {}) };
        const state: RolloutState = { ...createRollout(), terms, phase: 'running' };
        let before: string | undefined = 'off';
        for (let stage = -1; stage < terms.plan.stages.length; stage++) {
          const now = variantOf({ ...state, stage }, context);
          if (before !== 'off') expect(now).toBe(before);
          before = now;
        }
        const done = variantOf(
          { ...state, stage: terms.plan.stages.length - 1, phase: 'completed' },
          context,
        );
        expect(done).not.toBe('off');
        if (before !== 'off') expect(done).toBe(before);
        expect(variantOf({ ...state, stage: 2, phase: 'rolling-back' }, context)).toBe('off');
      }),
      { numRuns: 300, seed: 20261125 },
    );
  },
);
