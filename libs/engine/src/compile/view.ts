import type { Evaluation, EvaluationContext, ValueType } from '../model/index.js';

/** A ruleset made ready to evaluate, with the kills laid over it flag by flag. Immutable. */
export interface View {
  readonly environment: string;
  readonly generation: number;
  readonly revision: string;
  /** Compiled at first use, flag by flag; a flag that cannot be compiled answers GENERAL and harms no other. */
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly killed: ReadonlySet<string>;
  /** What `evaluate` answers for a key that is not in `flags`. */
  readonly notFound: Evaluation;
}

export interface CompiledFlag {
  readonly key: string;
  readonly type: ValueType;
  /**
   * Whether an answer can depend on `nowMs`, requirements included. Where it cannot, pass 0: reading a clock costs as
   * much as an evaluation. Asking compiles the flag.
   */
  readonly usesNow: boolean;
  /** Total, synchronous, allocates nothing: returns one of the answers made at compile time. */
  evaluate(context: EvaluationContext, nowMs: number): Evaluation;
  /** Every answer that `evaluate` can return, e.g. for ready-made JSON fragments; index them by `Evaluation` identity. */
  answers(): readonly Evaluation[];
}
