import type { Evaluation, Outcome, RulesetFlag, RulesetRollout, RulesetRule } from '../model/index.js';
import { TOTAL_PARTS } from '../model/index.js';
import type { AnswerBook } from './answers.js';
import { compileCondition, flagTest } from './condition.js';
import { below, draw, firstOfEach, rangesOf } from './draw.js';
import type { Program, Step, Test } from './program.js';

export interface FlagParts {
  readonly answers: AnswerBook;
  /** The test of a segment, compiled once for all flags. */
  segment(key: string): Test;
}

/**
 * One flag becomes one function: requirements, rules in order, rollout, everyone else. Where the flag has a single
 * answer that answer is given instead.
 *
 * @throws Error when the flag is inconsistent, e.g. names a variant or segment that does not exist.
 */
export function compileFlag(flag: RulesetFlag, parts: FlagParts): Program | Evaluation {
  const { requires = [], rules = [], rollout } = flag;
  const plain = requires.length === 0 && rules.length === 0 && rollout === undefined;
  const rest = compileRest(flag, parts, plain);
  const steps = rules.map((rule) => compileRule(rule, parts));
  if (rollout !== undefined) steps.push(...compileRollout(rollout, parts));
  const toSafe = () => parts.answers.answer(flag.safe, 'DEFAULT');
  const decide = inOrder(steps, typeof rest === 'function' ? orElse(rest, toSafe()) : rest);
  if (requires.length === 0) return decide;
  const fallback = toSafe();
  const met = requires.map(({ flag: key, variants }) => flagTest(key, variants));
  const run: Program = typeof decide === 'function' ? decide : () => decide;
  const [first] = met;
  if (first !== undefined && met.length === 1) {
    return (x, t, scope) => (first(x, t, scope) ? run(x, t, scope) : fallback);
  }
  return (x, t, scope) => {
    for (let i = 0; i < met.length; i++) if (!(met[i] as Test)(x, t, scope)) return fallback;
    return run(x, t, scope);
  };
}

/** A unit that is missing for the last split gets `safe`. */
function orElse(step: Step, safe: Evaluation): Program {
  return (x, t, s) => step(x, t, s) ?? safe;
}

/** Steps until one answers. The usual short lists get a function of their own. */
function inOrder(steps: readonly Step[], last: Program | Evaluation): Program | Evaluation {
  const [a, b] = steps;
  if (a === undefined) return last;
  if (typeof last !== 'function') {
    if (b === undefined) return (x, t, s) => a(x, t, s) ?? last;
    if (steps.length === 2) return (x, t, s) => a(x, t, s) ?? b(x, t, s) ?? last;
  }
  const end: Program = typeof last === 'function' ? last : () => last;
  return (x, t, s) => {
    for (let i = 0; i < steps.length; i++) {
      const answer = (steps[i] as Step)(x, t, s);
      if (answer !== undefined) return answer;
    }
    return end(x, t, s);
  };
}

/** The variant that everyone gets without a draw: `serve`, or the arm of a split that has all of it. */
function certainVariant(outcome: Outcome): string | undefined {
  if ('serve' in outcome) return outcome.serve;
  return outcome.split.arms.find(([, weight]) => weight > 0 && weight === outcome.split.total)?.[0];
}

function compileRest(flag: RulesetFlag, { answers }: FlagParts, plain: boolean): Evaluation | Step {
  const certain = certainVariant(flag.rest);
  if (certain !== undefined) return answers.answer(certain, plain ? 'STATIC' : 'DEFAULT');
  if (!('split' in flag.rest)) throw new Error('the last line serves nothing');
  const { split } = flag.rest;
  const ranges = rangesOf(split, (variant) => answers.answer(variant, 'SPLIT'));
  return draw(ranges, split.total, { bucketing: split.bucketing });
}

function compileRule(rule: RulesetRule, parts: FlagParts): Step {
  const { id: ruleId, outcome, share } = rule;
  const matches = compileCondition(rule.when, parts.segment);
  const everyone = share === undefined || share.parts >= TOTAL_PARTS;
  const certain = certainVariant(outcome);
  if (everyone && certain !== undefined) {
    const answer = parts.answers.answer(certain, 'TARGETING_MATCH', { ruleId });
    return (x, t, s) => (matches(x, t, s) ? answer : undefined);
  }
  const answerOf = (variant: string) => parts.answers.answer(variant, 'SPLIT', { ruleId });
  const drawn = drawOf(outcome, {
    answerOf,
    parts: everyone ? TOTAL_PARTS : share.parts,
    bucketing: share?.bucketing,
  });
  return (x, t, s) => (matches(x, t, s) ? drawn(x, t, s) : undefined);
}

/** A draw for the first `parts` of an outcome. A split and its percentage stand at one place and share a bucketing. */
function drawOf(
  outcome: Outcome,
  options: {
    answerOf: (variant: string) => Evaluation;
    parts: number;
    bucketing: Parameters<typeof draw>[2]['bucketing'] | undefined;
  },
): Step {
  const { answerOf, parts } = options;
  if ('split' in outcome) {
    const { split } = outcome;
    return draw(firstOfEach(rangesOf(split, answerOf), parts), split.total, { bucketing: split.bucketing });
  }
  if (options.bucketing === undefined) throw new Error('a percentage without a bucketing');
  const range = { from: 0, to: parts, answer: answerOf(outcome.serve) };
  return draw([range], TOTAL_PARTS, { bucketing: options.bucketing });
}

/** A subject is in as soon as one reached audience takes it, so the steps stand in any order. */
function compileRollout(rollout: RulesetRollout, parts: FlagParts): Step[] {
  const bucketing = { by: rollout.unit, salt: rollout.salt, algorithm: rollout.algorithm };
  const answerOf = (variant: string) => parts.answers.answer(variant, 'SPLIT');
  const { to } = rollout;
  const total = 'split' in to ? to.split.total : TOTAL_PARTS;
  const whole =
    'split' in to ? rangesOf(to.split, answerOf) : [{ from: 0, to: TOTAL_PARTS, answer: answerOf(to.serve) }];
  const certain = certainVariant(to);
  const unitless = certain === undefined ? undefined : answerOf(certain);
  const heldOut = total - Math.ceil((total * rollout.holdoutParts) / TOTAL_PARTS);
  return rollout.reached.map(({ audience, parts: reached }): Step => {
    const everyone = reached >= TOTAL_PARTS;
    // The hold-out binds percents, not audiences that are let in as a whole.
    const free = everyone && (audience !== undefined || rollout.holdoutParts === 0);
    const taken = free ? whole : below(firstOfEach(whole, reached), heldOut);
    const enter: Step =
      free && unitless !== undefined
        ? () => unitless
        : draw(taken, total, { bucketing, unitless: everyone ? unitless : undefined });
    if (audience === undefined) return enter;
    const matches = compileCondition(audience, parts.segment);
    return (x, t, s) => (matches(x, t, s) ? enter(x, t, s) : undefined);
  });
}
