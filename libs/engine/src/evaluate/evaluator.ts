import type { View } from '../compile/index.js';
import type { Evaluation, EvaluationContext, JsonValue } from '../model/index.js';

/**
 * Values without details, for hot paths: the value if it has the wanted type, else the caller's fallback (also for an
 * unknown flag and for an answer without a value). The clock is read only for flags that depend on it.
 */
export interface Evaluator {
  details(view: View, key: string, context: EvaluationContext): Evaluation;
  boolean(view: View, key: string, context: EvaluationContext, fallback: boolean): boolean;
  string(view: View, key: string, context: EvaluationContext, fallback: string): string;
  number(view: View, key: string, context: EvaluationContext, fallback: number): number;
  /** Objects and lists; frozen, as they are the view's own. */
  object<T extends JsonValue>(view: View, key: string, context: EvaluationContext, fallback: T): T;
}

/** @param now the host's clock in milliseconds since the epoch. */
export function createEvaluator(now: () => number): Evaluator {
  function details(view: View, key: string, context: EvaluationContext): Evaluation {
    const flag = view.flags.get(key);
    if (flag === undefined) return view.notFound;
    return flag.evaluate(context, flag.usesNow ? now() : 0);
  }
  return {
    details,
    boolean(view, key, context, fallback) {
      const { value } = details(view, key, context);
      return typeof value === 'boolean' ? value : fallback;
    },
    string(view, key, context, fallback) {
      const { value } = details(view, key, context);
      return typeof value === 'string' ? value : fallback;
    },
    number(view, key, context, fallback) {
      const { value } = details(view, key, context);
      return typeof value === 'number' ? value : fallback;
    },
    object<T extends JsonValue>(view: View, key: string, context: EvaluationContext, fallback: T): T {
      const { value } = details(view, key, context);
      return typeof value === 'object' && value !== null ? (value as T) : fallback;
    },
  };
}
