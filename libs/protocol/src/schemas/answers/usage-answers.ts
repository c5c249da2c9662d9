import { z } from 'zod';
import { COUNTED_REASONS } from '../../telemetry.js';
import type { UsageDocument } from '../../usage.js';
import { schemaOf } from './schema-of.js';
import { environment, flag, instant, wholeNumber } from './words.js';

const answer = z.object({
  flag,
  variant: z.string(),
  rule: z.string().exactOptional(),
  reason: z.enum(COUNTED_REASONS),
  evaluations: wholeNumber,
});

export const usageDocumentSchema = schemaOf<UsageDocument>()(
  z.object({
    hours: wholeNumber,
    environments: z.array(
      z.object({
        environment,
        covered: z.object({ from: instant, to: instant, instances: wholeNumber }).nullable(),
        dropped: wholeNumber,
        outcomes: z.array(z.string()).exactOptional(),
        answers: z.array(answer),
      }),
    ),
  }),
);
