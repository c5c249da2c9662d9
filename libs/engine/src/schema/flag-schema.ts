import { z } from 'zod';
import { closed } from './closed.js';
import { conditionSchema } from './condition-schema.js';
import { bucketingShape, outcomeShape, splitSchema } from './outcome-schema.js';
import { planSchema } from './plan-schema.js';
import { date, flagKey, instant, name, oneOrMore, percent, text } from './scalars.js';

/** Codes that `waive` may name (sentence 9); no other error can be waived. */
export const WAIVABLE_CODES = [
  'new-flag-live',
  'percent-jump',
  'config-shaped',
  'entitlement-shaped',
] as const;
export type WaivableCode = (typeof WAIVABLE_CODES)[number];

const ruleSchema = closed({
  id: name,
  when: conditionSchema,
  percent: percent.optional(),
  ...outcomeShape,
  ...bucketingShape,
});

const rolloutSchema = closed({
  to: z.union([name, splitSchema]),
  plan: z.union([name, planSchema]),
  start: instant.optional(),
  ...bucketingShape,
});

const environmentSchema = closed({
  rules: z.array(ruleSchema).min(1).optional(),
  rollout: rolloutSchema.optional(),
  ...outcomeShape,
  ...bucketingShape,
});

/** A variant's value: text, number, true or false, or a map of such (lists inside it too). Never null, never empty. */
const jsonValue: z.ZodType<unknown> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(jsonValue).min(1),
      z.record(z.string(), jsonValue),
    ]),
  )
  .meta({ id: 'json-value' });

export const flagSchema = closed({
  type: z.enum(['release', 'experiment', 'ops']),
  owner: name,
  description: text,
  expires: date.optional(),
  review: date.optional(),
  tags: z.array(name).min(1).optional(),
  links: z
    .array(z.string().regex(/^https?:\/\/\S+$/, 'a link such as https://…'))
    .min(1)
    .optional(),
  waive: z.partialRecord(z.enum(WAIVABLE_CODES), text).optional(),
  essential: z.literal(true).optional(),
  archived: date.optional(),
  variants: z.record(name, jsonValue).optional(),
  safe: name,
  serve: name.optional(),
  requires: z.record(flagKey, oneOrMore(name)).optional(),
  environments: z.record(name, z.union([name, environmentSchema])).optional(),
  ...bucketingShape,
});

export type RawFlag = z.infer<typeof flagSchema>;
export type RawEnvironment = z.infer<typeof environmentSchema>;
export type RawRule = z.infer<typeof ruleSchema>;
export type RawRollout = z.infer<typeof rolloutSchema>;
