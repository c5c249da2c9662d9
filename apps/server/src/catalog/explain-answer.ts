import type { ExplainedCondition, ExplainedDraw, ExplainedStep } from '@guidon/engine/explain';
import { schemaOf } from '@guidon/protocol/schemas';
import { z } from 'zod';
import { outcomeSchema } from './flag-answers.js';

/** Conditions are made of conditions. */
export const conditionSchema: z.ZodType<ExplainedCondition> = z.object({
  text: z.string(),
  holds: z.boolean(),
  actual: z.unknown().exactOptional(),
  get parts() {
    return z.array(conditionSchema).exactOptional();
  },
});

const serves = z.string().exactOptional();

const draw = schemaOf<ExplainedDraw>()(
  z.object({
    by: z.array(z.string()),
    unit: z.object({ attribute: z.string(), value: z.string() }).exactOptional(),
    salt: z.string(),
    bucket: z.int().exactOptional(),
    total: z.int(),
    ranges: z.array(z.object({ variant: z.string(), from: z.int(), to: z.int() })),
  }),
).exactOptional();

const kinds: { readonly [Kind in ExplainedStep['step']]: z.ZodType<Extract<ExplainedStep, { step: Kind }>> } =
  {
    kill: z.object({ step: z.literal('kill'), killed: z.boolean(), serves }),
    requirement: z.object({
      step: z.literal('requirement'),
      flag: z.string(),
      variants: z.array(z.string()),
      served: z.string().exactOptional(),
      met: z.boolean(),
      serves,
    }),
    rule: z.object({
      step: z.literal('rule'),
      rule: z.string(),
      condition: conditionSchema,
      percent: z.number().exactOptional(),
      draw,
      serves,
    }),
    rollout: z.object({
      step: z.literal('rollout'),
      audience: conditionSchema.exactOptional(),
      percent: z.number(),
      draw,
      serves,
    }),
    'rollout-not-begun': z.object({ step: z.literal('rollout-not-begun') }),
    rest: z.object({ step: z.literal('rest'), draw, serves }),
    safe: z.object({ step: z.literal('safe'), serves: z.string() }),
  };

export const explainAnswerSchema = z.object({
  flag: z.string(),
  environment: z.string(),
  revision: z.string(),
  steps: z.array(z.union(Object.values(kinds))),
  outcome: outcomeSchema,
  generation: z.int(),
});
