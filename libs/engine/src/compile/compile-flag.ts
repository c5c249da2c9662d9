import type { Evaluation, Outcome, RulesetFlag, RulesetRule } from '../model/index.js';
import { TOTAL_PARTS } from '../model/index.js';
import type { Arm } from './answers.js';
import { certainVariant } from './certain-variant.js';
import { compileRollout } from './compile-rollout.js';
import { compileCondition, flagTest } from './condition.js';
import { draw, firstOfEach, rangesOf } from './draw.js';
import type { FlagParts } from './flag-parts.js';
import type { Program, Step, Test } from './program.js';

/**
 * One flag becomes one function: requirements, rules in order, rollout, everyone else. Where the flag has a single
 * answer that answer is given instead.
 *
 * @throws Error when the flag is inconsistent, e.g. names a variant or segment that does not exist.
 */
export function compileFlag(flag: RulesetFlag, parts: FlagParts): Program | Evaluation {
  const { requires = [], rules = [], rollout } = flag;
  const plain = requires.length === 0 && rules.length === 0 && rollout === undefined;
  const toSafe = (arm?: Arm) => parts.answers.answer(flag.safe, 'DEFAULT', {}, arm);
  const everyoneElse = (arm?: Arm): Program | Evaluation => {
    const rest = compileRest(flag, parts, { plain, arm });
    return typeof rest === 'function' ? orElse(rest, toSafe(arm)) : rest;
  };
  const rest = everyoneElse();
  const steps = rules.map((rule) => compileRule(rule, parts));
  if (rollout !== undefined) steps.push(...compileRollout(rollout, parts, everyoneElse));
  const decide = inOrder(steps, rest);
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

function compileRest(
  flag: RulesetFlag,
  { answers }: FlagParts,
  { plain, arm }: { readonly plain: boolean; readonly arm: Arm | undefined },
): Evaluation | Step {
  const certain = certainVariant(flag.rest);
  if (certain !== undefined) return answers.answer(certain, plain ? 'STATIC' : 'DEFAULT', {}, arm);
  if (!('split' in flag.rest)) throw new Error('the last line serves nothing');
  const { split } = flag.rest;
  const ranges = rangesOf(split, (variant) => answers.answer(variant, 'SPLIT', {}, arm));
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
