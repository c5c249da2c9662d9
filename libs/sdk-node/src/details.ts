import type { Evaluation, EvaluationErrorCode, JsonValue, Reason } from '@guidon/engine/model';
import type { Proof, Source, SyncStatus } from '@guidon/sdk-core';

/** An answer with all that is known about it. */
export interface Details<T> {
  readonly value: T;
  readonly variant: string | undefined;
  readonly reason: Reason;
  readonly errorCode: EvaluationErrorCode | 'PROVIDER_NOT_READY' | undefined;
  readonly errorMessage: string | undefined;
  readonly ruleId: string | undefined;
  readonly generation: number | undefined;
  readonly source: Source;
  /** Milliseconds since the data was last known to be current. */
  readonly ageMs: number | undefined;
  /** What the ruleset has proved; `last-known-good` after ten minutes in use. `undefined` for bootstrap and default. */
  readonly proof: Proof | undefined;
}

const MESSAGES = {
  FLAG_NOT_FOUND: 'no such flag',
  TYPE_MISMATCH: 'the flag has a value of another type than the fallback',
  GENERAL: 'the flag cannot be evaluated',
  PROVIDER_NOT_READY: 'no ruleset has been loaded yet',
} as const;

/** What an error code means for this flag, for people. */
export function messageOf(errorCode: keyof typeof MESSAGES, key: unknown): string {
  return `${typeof key === 'string' ? key : typeof key}: ${MESSAGES[errorCode]}`;
}

/** Whether a value is what `typeof` calls it; `null` is nothing. */
export function isOfType(value: JsonValue, type: string): boolean {
  return typeof value === type && value !== null;
}

/** Puts the engine's answer and the state of the client together; the fallback where there is no fitting value. */
export function detailsOf<T extends JsonValue>(asked: {
  readonly key: string;
  readonly fallback: T;
  /** `undefined`: there was nothing to evaluate. */
  readonly evaluation: Evaluation | undefined;
  readonly status: SyncStatus;
}): Details<T> {
  const { key, fallback, evaluation } = asked;
  const { source, ageMs, proof } = asked.status;
  const about = { generation: evaluation?.generation, source, ageMs, proof };
  const fits = evaluation?.value !== undefined && isOfType(evaluation.value, typeof fallback);
  const errorCode = fits ? evaluation.errorCode : whyNoValue(evaluation);
  const errorMessage = errorCode === undefined ? undefined : messageOf(errorCode, key);
  if (!fits) {
    const nothing = { variant: undefined, reason: 'ERROR', ruleId: undefined } as const;
    return { value: fallback, ...nothing, errorCode, errorMessage, ...about };
  }
  const { variant, reason, ruleId } = evaluation;
  return { value: evaluation.value as T, variant, reason, errorCode, errorMessage, ruleId, ...about };
}

function whyNoValue(evaluation: Evaluation | undefined): Details<unknown>['errorCode'] {
  if (evaluation === undefined) return 'PROVIDER_NOT_READY';
  return evaluation.value === undefined ? (evaluation.errorCode ?? 'GENERAL') : 'TYPE_MISMATCH';
}
