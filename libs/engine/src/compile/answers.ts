import type {
  Evaluation,
  EvaluationContext,
  EvaluationErrorCode,
  GuardedOutcomes,
  JsonValue,
  Reason,
  RulesetFlag,
  RulesetRollout,
} from '../model/index.js';
import { canonicalJson } from '../model/index.js';
import { unitReader } from './attribute.js';

/** On which side of a rollout's comparison whoever got the answer is; see `compileRollout`. */
export type Arm = 'treatment' | 'control';

/** Where whoever evaluates counts an answer: at the answer itself, so that counting looks nothing up. */
export interface Seat {
  count: number;
  /** Somebody has noted down that this seat is to be read. */
  isListed: boolean;
  /** Absent: the answer tells nothing about a rollout. */
  readonly comparison?: Comparison | undefined;
}

/** The comparison of those whom a rollout took with those whom it did not, seen from one of its sides. */
export interface Comparison {
  readonly arm: Arm;
  /** Changes when the shares do: subjects are drawn anew then. */
  readonly stratum: string;
  /** What guards look at beside who is in which arm. */
  readonly outcomes: GuardedOutcomes;
  /** Who was drawn. Never throws. */
  unitOf(context: EvaluationContext): string | number | undefined;
  /** Whatever the one who counts exposures keeps here, so that it need not look it up. */
  tally: unknown;
}

/** An answer with a variant, as `compile` makes them. The seat is not enumerable: the answer itself says no more than before. */
export interface SeatedAnswer extends Evaluation {
  readonly seat: Seat;
}

/** Makes the answers of one flag, each once, frozen to the bottom: `evaluate` hands out these and nothing else. */
export class AnswerBook {
  private readonly variants: Map<string, JsonValue>;
  private readonly made = new Map<string, Evaluation>();
  private readonly rollout: RulesetRollout | undefined;
  /** One for each arm, whatever the answers in it. */
  private readonly comparisons = new Map<Arm, Comparison>();

  constructor(
    flag: RulesetFlag,
    private readonly generation: number,
  ) {
    this.variants = new Map(flag.variants);
    this.rollout = flag.rollout;
  }

  /** @throws Error when the flag has no such variant. */
  answer(
    variant: string,
    reason: Reason,
    extra: { ruleId?: string; errorCode?: EvaluationErrorCode } = {},
    arm?: Arm,
  ): Evaluation {
    // Names hold no spaces (`load` sees to it), so this tells all answers apart.
    const id = `${reason} ${variant} ${extra.ruleId ?? ''} ${extra.errorCode ?? ''} ${arm ?? ''}`;
    const known = this.made.get(id);
    if (known !== undefined) return known;
    if (!this.variants.has(variant)) throw new Error(`there is no variant "${variant}"`);
    const value = this.variants.get(variant) as JsonValue;
    const answer: Evaluation = {
      value: deepFreeze(value),
      variant,
      reason,
      ...extra,
      generation: this.generation,
    };
    // The same fields for all, whether in an arm or not: seats of one shape are read fastest.
    const seat: Seat = { count: 0, isListed: false, comparison: this.comparison(arm) };
    Object.freeze(Object.defineProperty(answer, 'seat', { value: seat }));
    this.made.set(id, answer);
    return answer;
  }

  all(): readonly Evaluation[] {
    return [...this.made.values()];
  }

  private comparison(arm: Arm | undefined): Comparison | undefined {
    if (arm === undefined || this.rollout === undefined) return undefined;
    const known = this.comparisons.get(arm);
    if (known !== undefined) return known;
    const { outcomes = {}, ...drawing } = this.rollout;
    const made = {
      ...{ arm, outcomes, tally: undefined },
      stratum: canonicalJson(drawing),
      unitOf: unitReader(drawing.unit),
    };
    this.comparisons.set(arm, made);
    return made;
  }
}

/** An answer without a value: the caller's default is served. */
export function failure(errorCode: EvaluationErrorCode, generation: number): Evaluation {
  return Object.freeze({ value: undefined, variant: undefined, reason: 'ERROR', errorCode, generation });
}

/** Iterative, because a variant may be nested as deeply as its size allows. */
function deepFreeze(value: JsonValue): JsonValue {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) open.push(inner);
  }
  return value;
}

/** The arm of the rollout that an answer puts its subject in; `undefined` for most: the answer decides nothing about arms. */
export function armOf(answer: Evaluation): Arm | undefined {
  return (answer as Partial<SeatedAnswer>).seat?.comparison?.arm;
}
