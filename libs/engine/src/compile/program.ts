import type { Evaluation, EvaluationContext } from '../model/index.js';

/** How a program asks for other flags of the same view. */
export interface Scope {
  /**
   * The variant that another flag serves for the same context; undefined when there is no such flag.
   *
   * @param scope where that flag asks in turn: the outermost scope of this evaluation.
   */
  variantOf(key: string, context: EvaluationContext, nowMs: number, scope: Scope): string | undefined;
}

/** A condition made ready. Never throws, allocates nothing (regular expressions excepted). */
export type Test = (context: EvaluationContext, nowMs: number, scope: Scope) => boolean;

/** One step of a flag: an answer, or undefined for "go on". */
export type Step = (context: EvaluationContext, nowMs: number, scope: Scope) => Evaluation | undefined;

/** A whole flag. */
export type Program = (context: EvaluationContext, nowMs: number, scope: Scope) => Evaluation;
