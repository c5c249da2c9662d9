import { unitReader } from '../compile/attribute.js';
import { BUCKETING } from '../compile/bucketing.js';
import type { BucketRange } from '../compile/draw.js';
import type { Bucketing, Evaluation, EvaluationContext } from '../model/index.js';
import type { ExplainedDraw } from './explanation.js';

/** Ranges are made by the functions of evaluation, whose answers carry the variant; nothing else of them is read. */
export function rangeAnswer(variant: string): Evaluation {
  return { value: undefined, variant, reason: 'SPLIT', generation: 0 };
}

/** The bucket by the plain formula, where evaluation compares hashes with limits: a test holds the two together. */
export function explainDraw(
  ranges: readonly BucketRange[],
  { bucketing, total, context }: { bucketing: Bucketing; total: number; context: EvaluationContext },
): { draw: ExplainedDraw; variant: string | undefined } {
  const { by, salt, algorithm } = bucketing;
  const shown = ranges.map(({ from, to, answer }) => ({ variant: answer.variant as string, from, to }));
  const unit = unitOf(by, context);
  const rule = BUCKETING.get(algorithm);
  if (rule === undefined) throw new Error(`there is no bucketing "${algorithm}"`);
  if (unit === undefined) return { draw: { by, salt, total, ranges: shown }, variant: undefined };
  const bucket = rule.bucket(salt, unit.value, total);
  const hit = shown.find(({ from, to }) => bucket >= from && bucket < to);
  return { draw: { by, unit, salt, bucket, total, ranges: shown }, variant: hit?.variant };
}

function unitOf(by: readonly string[], context: EvaluationContext): ExplainedDraw['unit'] {
  for (const attribute of by) {
    const value = unitReader([attribute])(context);
    if (value !== undefined) return { attribute, value: String(value) };
  }
  return undefined;
}
