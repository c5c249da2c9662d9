import { compile, murmur3, type View } from '../src/compile/index.js';
import { evaluate } from '../src/evaluate/index.js';
import type {
  Bucketing,
  Condition,
  Evaluation,
  Ruleset,
  RulesetFlag,
  RulesetRollout,
  Split,
} from '../src/model/index.js';

export const NOBODY_KILLED: ReadonlySet<string> = new Set();

export function bucketing(change: Partial<Bucketing> = {}): Bucketing {
  return { by: ['targetingKey'], salt: 'flag', algorithm: 'native', ...change };
}

/** A split in percent. */
export function split(
  arms: readonly [variant: string, percent: number][],
  change: Partial<Bucketing> = {},
): Split {
  return {
    arms: arms.map(([variant, percent]) => [variant, Math.round(percent * 1000)]),
    total: 100_000,
    bucketing: bucketing(change),
  };
}

/** A boolean flag that serves `off` to everyone else. */
export function flag(change: Partial<RulesetFlag> = {}): RulesetFlag {
  return {
    type: 'boolean',
    variants: [
      ['off', false],
      ['on', true],
    ],
    safe: 'off',
    rest: { serve: 'off' },
    ...change,
  };
}

/** A flag that serves `on` where the condition holds. */
export function flagWhen(when: Condition): RulesetFlag {
  return flag({ rules: [{ id: 'rule', when, outcome: { serve: 'on' } }] });
}

export function ruleset(
  flags: Record<string, RulesetFlag>,
  segments: Record<string, Condition> = {},
): Ruleset {
  return { format: 1, environment: 'production', revision: 'r1', flags, segments };
}

export function view(flags: Record<string, RulesetFlag>, segments: Record<string, Condition> = {}): View {
  return compile(ruleset(flags, segments), { generation: 7, killed: NOBODY_KILLED });
}

/** One flag, one context, one answer. */
export function ask(one: RulesetFlag, context: Record<string, unknown> = {}, nowMs = 0): Evaluation {
  return evaluate(view({ flag: one }), 'flag', context, nowMs);
}

/** Whether a condition holds for a context. */
export function holds(
  when: Condition,
  context: Record<string, unknown>,
  options: { nowMs?: number; segments?: Record<string, Condition>; flags?: Record<string, RulesetFlag> } = {},
): boolean {
  const { nowMs = 0, segments = {}, flags = {} } = options;
  return (
    evaluate(view({ ...flags, tested: flagWhen(when) }, segments), 'tested', context, nowMs).variant === 'on'
  );
}

export const pro: Condition = { op: 'string', attribute: 'plan', test: 'in', values: ['pro'] };
export const staff: Condition = {
  op: 'string',
  attribute: 'email',
  test: 'endsWith',
  values: ['@acme.example'],
};

/** A rollout to `on` that has reached no stage. */
export function rollout(change: Partial<RulesetRollout>): RulesetRollout {
  return {
    to: { serve: 'on' },
    unit: ['targetingKey'],
    salt: 'flag',
    algorithm: 'native',
    holdoutParts: 0,
    reached: [],
    ...change,
  };
}

/** The bucket of 100,000, by the design's formula, for the salt `flag`. */
export function bucketOf(unit: string | number): number {
  return Math.floor((murmur3(`flag${unit}`) * 100_000) / 2 ** 32);
}

/** A unit whose bucket lies in a range, found by trying. */
export function unitIn(from: number, to: number): string {
  for (let i = 0; ; i++) if (bucketOf(`u${i}`) >= from && bucketOf(`u${i}`) < to) return `u${i}`;
}
