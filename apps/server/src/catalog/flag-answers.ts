import type { Evaluation, JsonValue } from '@guidon/engine/model';
import { schemaOf } from '@guidon/protocol/schemas';
import { z } from 'zod';
import type { FlagDocument } from './flag-document.js';

/** Any JSON; spelt out it would be a schema that refers to itself and says no more. */
const json = z.unknown() as z.ZodType<JsonValue>;
const day = z.iso.date();

export const flagDocumentSchema = schemaOf<FlagDocument>()(
  z.object({
    key: z.string(),
    path: z.string(),
    type: z.enum(['release', 'experiment', 'ops']),
    owner: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    essential: z.boolean(),
    expires: day.exactOptional(),
    review: day.exactOptional(),
    archived: day.exactOptional(),
    safe: z.string(),
    variants: z.array(z.object({ name: z.string(), value: json })),
    frozen: z.boolean(),
    environments: z.array(
      z.object({
        environment: z.string(),
        serves: z.string(),
        rules: z.int(),
        rollout: z.boolean(),
        reached: z.object({ id: z.string(), percent: z.number(), audiences: z.boolean() }).exactOptional(),
        killed: z.boolean(),
        kills: z.array(z.string()),
      }),
    ),
  }),
);
export const flagListSchema = z.object({ flags: z.array(flagDocumentSchema) });

/** What JSON makes of an evaluation: what is undefined is left out. */
export const outcomeSchema = z.object({
  value: z.unknown().exactOptional(),
  variant: z.string().exactOptional(),
  reason: z.enum(['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'ERROR']) satisfies z.ZodType<
    Evaluation['reason']
  >,
  errorCode: z.enum(['FLAG_NOT_FOUND', 'TYPE_MISMATCH', 'GENERAL']).exactOptional(),
  ruleId: z.string().exactOptional(),
});
