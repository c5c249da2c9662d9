import type { View } from '../compile/index.js';
import type { Evaluation, EvaluationContext } from '../model/index.js';

/**
 * One answer, made at compile time and frozen. Synchronous, total: it never throws, whatever the context is, and
 * allocates nothing. A key that does not exist answers FLAG_NOT_FOUND with no value.
 *
 * Three things do allocate, for want of a way around it: `matches` (some 250 bytes in the pattern engine), `ignoreCase`
 * on a text beyond ASCII, and numbers that the JavaScript engine boxes when they are read out of a context (fractions,
 * integers beyond 32 bits: 16 bytes). So does a flag that can lead to 64 evaluations of others.
 *
 * @param nowMs milliseconds since the epoch, read by conditions on `now` only; see `CompiledFlag.usesNow`.
 */
export function evaluate(view: View, key: string, context: EvaluationContext, nowMs: number): Evaluation {
  const flag = view.flags.get(key);
  return flag === undefined ? view.notFound : flag.evaluate(context, nowMs);
}
