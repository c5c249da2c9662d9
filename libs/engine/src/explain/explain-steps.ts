import { below, firstOfEach, rangesOf } from '../compile/draw.js';
import {
  type Bucketing,
  type Condition,
  type Outcome,
  type Reason,
  type RulesetRollout,
  type RulesetRule,
  TOTAL_PARTS,
} from '../model/index.js';
import { type Asked, explainCondition } from './explain-condition.js';
import { explainDraw, rangeAnswer } from './explain-draw.js';
import type { ExplainedDraw, ExplainedStep } from './explanation.js';

/** A step, and what it serves if it decides. */
export interface Decided {
  readonly step: ExplainedStep;
  readonly answer?: { readonly variant: string; readonly reason: Reason; readonly ruleId?: string };
}

const percentOf = (parts: number) => (parts * 100) / TOTAL_PARTS;

/** What everyone gets without a draw. */
function certainVariant(outcome: Outcome): string | undefined {
  if ('serve' in outcome) return outcome.serve;
  return outcome.split.arms.find(([, weight]) => weight > 0 && weight === outcome.split.total)?.[0];
}

export function explainRule(rule: RulesetRule, asked: Asked): Decided {
  const { id, outcome, share } = rule;
  const condition = explainCondition(rule.when, asked);
  const percent = share === undefined ? {} : { percent: percentOf(share.parts) };
  const base = { step: 'rule', rule: id, condition, ...percent } as const;
  if (!condition.holds) return { step: base };
  const everyone = share === undefined || share.parts >= TOTAL_PARTS;
  const certain = certainVariant(outcome);
  if (everyone && certain !== undefined) {
    return {
      step: { ...base, serves: certain },
      answer: { variant: certain, reason: 'TARGETING_MATCH', ruleId: id },
    };
  }
  const parts = everyone ? TOTAL_PARTS : share.parts;
  const { draw, variant } = drawn(outcome, { parts, bucketing: share?.bucketing, asked });
  if (variant === undefined) return { step: { ...base, draw } };
  return { step: { ...base, draw, serves: variant }, answer: { variant, reason: 'SPLIT', ruleId: id } };
}

function drawn(
  outcome: Outcome,
  { parts, bucketing, asked }: { parts: number; bucketing: Bucketing | undefined; asked: Asked },
): { draw: ExplainedDraw; variant: string | undefined } {
  const { context } = asked;
  if ('split' in outcome) {
    const { split } = outcome;
    const ranges = firstOfEach(rangesOf(split, rangeAnswer), parts);
    return explainDraw(ranges, { bucketing: split.bucketing, total: split.total, context });
  }
  if (bucketing === undefined) throw new Error('a percentage without a bucketing');
  const range = { from: 0, to: parts, answer: rangeAnswer(outcome.serve) };
  return explainDraw([range], { bucketing, total: TOTAL_PARTS, context });
}

/** One audience of the stages reached. */
export function explainRollout(rollout: RulesetRollout, index: number, asked: Asked): Decided {
  const { audience, parts } = rollout.reached[index] as { audience?: Condition; parts: number };
  const condition = audience === undefined ? undefined : explainCondition(audience, asked);
  const base = {
    step: 'rollout' as const,
    percent: percentOf(parts),
    ...(condition === undefined ? {} : { audience: condition }),
  };
  if (condition?.holds === false) return { step: base };
  const { to, holdoutParts } = rollout;
  const certain = certainVariant(to);
  const everyone = parts >= TOTAL_PARTS;
  // The hold-out binds percents, not audiences that are let in as a whole.
  const free = everyone && (audience !== undefined || holdoutParts === 0);
  if (free && certain !== undefined)
    return { step: { ...base, serves: certain }, answer: { variant: certain, reason: 'SPLIT' } };
  const { draw, variant } = drawnInto(rollout, { parts, free, asked });
  // At 100 percent of one variant no unit is needed.
  const served = variant ?? (everyone && draw.unit === undefined ? certain : undefined);
  if (served === undefined) return { step: { ...base, draw } };
  return { step: { ...base, draw, serves: served }, answer: { variant: served, reason: 'SPLIT' } };
}

function drawnInto(
  rollout: RulesetRollout,
  { parts, free, asked }: { parts: number; free: boolean; asked: Asked },
): { draw: ExplainedDraw; variant: string | undefined } {
  const { to, unit, salt, algorithm, holdoutParts } = rollout;
  const total = 'split' in to ? to.split.total : TOTAL_PARTS;
  const whole =
    'split' in to
      ? rangesOf(to.split, rangeAnswer)
      : [{ from: 0, to: TOTAL_PARTS, answer: rangeAnswer(to.serve) }];
  const heldOut = total - Math.ceil((total * holdoutParts) / TOTAL_PARTS);
  const ranges = free ? whole : below(firstOfEach(whole, parts), heldOut);
  return explainDraw(ranges, { bucketing: { by: unit, salt, algorithm }, total, context: asked.context });
}

export function explainRest(rest: Outcome, plain: boolean, { context }: Asked): Decided {
  const certain = certainVariant(rest);
  if (certain !== undefined)
    return {
      step: { step: 'rest', serves: certain },
      answer: { variant: certain, reason: plain ? 'STATIC' : 'DEFAULT' },
    };
  if (!('split' in rest)) throw new Error('the last line serves nothing');
  const { split } = rest;
  const ranges = rangesOf(split, rangeAnswer);
  const { draw, variant } = explainDraw(ranges, { bucketing: split.bucketing, total: split.total, context });
  if (variant === undefined) return { step: { step: 'rest', draw } };
  return { step: { step: 'rest', draw, serves: variant }, answer: { variant, reason: 'SPLIT' } };
}
