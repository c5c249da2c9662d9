import { z } from 'zod';
import { instantSchema } from './instant-schema.js';

/** Attributes of one context; the size of the body bounds what is in them. */
const ATTRIBUTES_MAX = 1000;

/** Body of `POST /api/v1/flags/{key}/explain`. Attribute values are not judged: the engine takes what it can use. */
export const explainRequestSchema = z.strictObject({
  environment: z.string('name an environment').min(1, 'name an environment').max(128).optional(),
  context: z
    .record(z.string(), z.unknown(), 'an object of attributes, e.g. {"targetingKey": "u-1"}')
    .refine(
      (context) => Object.keys(context).length <= ATTRIBUTES_MAX,
      `at most ${ATTRIBUTES_MAX} attributes`,
    )
    .optional(),
  at: instantSchema({ error: 'an instant with an offset, e.g. 2027-01-31T16:00:00+01:00' }).optional(),
});
