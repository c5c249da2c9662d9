import type { Evaluation, EvaluationErrorCode, JsonValue, Reason, RulesetFlag } from '../model/index.js';

/** Where whoever evaluates counts an answer: at the answer itself, so that counting looks nothing up. */
export interface Seat {
  count: number;
  /** Somebody has noted down that this seat is to be read. */
  isListed: boolean;
}

/** An answer with a variant, as `compile` makes them. The seat is not enumerable: the answer itself says no more than before. */
export interface SeatedAnswer extends Evaluation {
  readonly seat: Seat;
}

/** Makes the answers of one flag, each once, frozen to the bottom: `evaluate` hands out these and nothing else. */
export class AnswerBook {
  private readonly variants: Map<string, JsonValue>;
  private readonly made = new Map<string, Evaluation>();

  constructor(
    flag: RulesetFlag,
    private readonly generation: number,
  ) {
    this.variants = new Map(flag.variants);
  }

  /** @throws Error when the flag has no such variant. */
  answer(
    variant: string,
    reason: Reason,
    extra: { ruleId?: string; errorCode?: EvaluationErrorCode } = {},
  ): Evaluation {
    // Names hold no spaces (`load` sees to it), so this tells all answers apart.
    const id = `${reason} ${variant} ${extra.ruleId ?? ''} ${extra.errorCode ?? ''}`;
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
    const seat: Seat = { count: 0, isListed: false };
    Object.freeze(Object.defineProperty(answer, 'seat', { value: seat }));
    this.made.set(id, answer);
    return answer;
  }

  all(): readonly Evaluation[] {
    return [...this.made.values()];
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
