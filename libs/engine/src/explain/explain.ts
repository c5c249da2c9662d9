import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import type {
  Evaluation,
  EvaluationContext,
  JsonValue,
  Reason,
  Ruleset,
  RulesetFlag,
  Snapshot,
} from '../model/index.js';
import { type Asked, explainCondition } from './explain-condition.js';
import { type Decided, explainRest, explainRollout, explainRule } from './explain-steps.js';
import type { ExplainedStep, Explanation } from './explanation.js';

export interface ExplainOptions {
  readonly context: EvaluationContext;
  readonly nowMs: number;
  /** Keys of flags that serve `safe`. */
  readonly killed: ReadonlySet<string>;
  /** What the ruleset was resolved from, which knows of rollouts that have not begun. */
  readonly snapshot?: Snapshot;
}

const NOT_BEGUN: Decided = { step: { step: 'rollout-not-begun' } };

const NOBODY: EvaluationContext = Object.freeze({});

/**
 * Says step by step how a flag comes to its answer for one context. Pure and total; the outcome is worked out from the
 * steps and agrees with `evaluate` on the same ruleset.
 */
export function explain(ruleset: Ruleset, key: string, options: ExplainOptions): Explanation {
  const { environment, revision } = ruleset;
  const head = { flag: key, environment, revision };
  const flag = Object.hasOwn(ruleset.flags, key) ? ruleset.flags[key] : undefined;
  if (flag === undefined) return { ...head, steps: [], outcome: failed('FLAG_NOT_FOUND') };
  try {
    const { steps, outcome } = explainFlag(flag, key, { ruleset, ...options });
    return { ...head, steps, outcome };
  } catch {
    return { ...head, steps: [], outcome: failed('GENERAL') };
  }
}

type Outcome = Explanation['outcome'];

function failed(errorCode: NonNullable<Evaluation['errorCode']>): Outcome {
  return { value: undefined, variant: undefined, reason: 'ERROR', errorCode };
}

function explainFlag(
  flag: RulesetFlag,
  key: string,
  { ruleset, context, nowMs, killed, snapshot }: ExplainOptions & { ruleset: Ruleset },
): { steps: ExplainedStep[]; outcome: Outcome } {
  const answer = (variant: string, reason: Reason, ruleId?: string): Outcome => ({
    value: valueFor(flag, variant),
    variant,
    reason,
    ...(ruleId === undefined ? {} : { ruleId }),
  });
  const isKilled = killed.has(key);
  const steps: ExplainedStep[] = [
    { step: 'kill', killed: isKilled, ...(isKilled ? { serves: flag.safe } : {}) },
  ];
  if (isKilled) return { steps, outcome: answer(flag.safe, 'DISABLED') };
  const view = compile(ruleset, { generation: 0, killed });
  const { errorCode } = evaluate(view, key, context, nowMs);
  // What cannot be compiled answers nobody, also those whom the broken part does not concern.
  if (errorCode !== undefined) return { steps, outcome: failed(errorCode) };
  const given = typeof context === 'object' && context !== null ? context : NOBODY;
  const variantOf = (other: string) => evaluate(view, other, given, nowMs).variant;
  const asked: Asked = { ruleset, context: given, nowMs, variantOf };
  const declared = snapshot?.flags.get(key)?.environments.get(ruleset.environment)?.rollout !== undefined;
  const unmet = explainRequirements(flag, asked, steps);
  if (unmet) return { steps, outcome: answer(flag.safe, 'DEFAULT') };
  for (const decide of decisionsOf(flag, asked, declared)) {
    const { step, answer: decided } = decide();
    steps.push(step);
    if (decided !== undefined)
      return { steps, outcome: answer(decided.variant, decided.reason, decided.ruleId) };
  }
  steps.push({ step: 'safe', serves: flag.safe });
  return { steps, outcome: answer(flag.safe, 'DEFAULT') };
}

function explainRequirements(flag: RulesetFlag, asked: Asked, steps: ExplainedStep[]): boolean {
  for (const { flag: other, variants } of flag.requires ?? []) {
    const { holds: met, actual } = explainCondition({ op: 'flag', flag: other, variants }, asked);
    steps.push({
      ...{ step: 'requirement', flag: other, variants, met },
      ...(actual === undefined ? {} : { served: actual as string }),
      ...(met ? {} : { serves: flag.safe }),
    });
    if (!met) return true;
  }
  return false;
}

/** In order, each worked out only when those before it have not decided. */
function decisionsOf(flag: RulesetFlag, asked: Asked, declared: boolean): (() => Decided)[] {
  const { requires = [], rules = [], rollout } = flag;
  const plain = requires.length === 0 && rules.length === 0 && rollout === undefined;
  // Servers of before tell nothing of a rollout that has reached nobody.
  const isDeclared = declared || rollout !== undefined;
  const { reached = [] } = rollout ?? {};
  return [
    ...rules.map((rule) => () => explainRule(rule, asked)),
    ...reached.map((_, index) => () => explainRollout(rollout!, index, asked)),
    ...(isDeclared && reached.length === 0 ? [() => NOT_BEGUN] : []),
    () => explainRest(flag.rest, plain, asked),
  ];
}

function valueFor(flag: RulesetFlag, variant: string): JsonValue {
  const found = flag.variants.find(([name]) => name === variant);
  if (found === undefined) throw new Error(`there is no variant "${variant}"`);
  return found[1];
}
