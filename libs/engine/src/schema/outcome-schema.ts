import { z } from 'zod';
import { attributeName, name, oneOrMore, percent } from './scalars.js';

/** Percentages by variant, or with an imported algorithm a list of `[variant, whole weight]` (sentence 30). */
export const splitSchema = z.union([
  z.record(name, percent),
  z.array(z.tuple([name, z.int().min(0)])).min(1),
]);

export const bucketingShape = {
  by: oneOrMore(attributeName).optional(),
  salt: z.string().max(200).optional(),
  bucketing: z.enum(['native', 'flagd-v2']).optional(),
};

export const outcomeShape = { serve: name.optional(), split: splitSchema.optional() };

export type RawSplit = z.infer<typeof splitSchema>;
export interface RawOutcome {
  serve?: string | undefined;
  split?: RawSplit | undefined;
}
export interface RawBucketing {
  by?: string | string[] | undefined;
  salt?: string | undefined;
  bucketing?: 'native' | 'flagd-v2' | undefined;
}
