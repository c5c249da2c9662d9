import type { Finding } from '@guidon/engine/model';
import { z } from 'zod';
import { schemaOf } from './schema-of.js';
import { wholeNumber } from './words.js';

/** One problem in a file. */
export const findingSchema = schemaOf<Finding>()(
  z.object({
    path: z.string(),
    line: wholeNumber,
    column: wholeNumber,
    pointer: z.string(),
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    sentence: z.string(),
    fix: z.string().exactOptional(),
  }),
);
