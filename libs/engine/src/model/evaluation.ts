import type { JsonValue } from './flag.js';

export type Reason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR';
export type EvaluationErrorCode = 'FLAG_NOT_FOUND' | 'TYPE_MISMATCH' | 'GENERAL';

/** Attributes of whoever is asking. Values of a wrong type count as missing; nothing here is ever trusted to be well-formed. */
export type EvaluationContext = { readonly [attribute: string]: unknown };

/** One answer. Made once per view and frozen: never mutate it. */
export interface Evaluation {
  /** `undefined` only with an `errorCode`. */
  readonly value: JsonValue | undefined;
  readonly variant: string | undefined;
  readonly reason: Reason;
  readonly errorCode?: EvaluationErrorCode;
  readonly ruleId?: string;
  readonly generation: number;
}
