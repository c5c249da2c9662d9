import { z } from 'zod';
import { instantSchema } from './instant-schema.js';

/** Body of `POST /api/v1/flags/{key}/explain`. Attribute values are not judged: the engine takes what it can use. */
export const explainRequestSchema = z.strictObject({
  environment: z.string('name an environment').min(1, 'name an environment').max(128).optional(),
  context: z
    .record(z.string(), z.unknown(), 'an object of attributes, e.g. {"targetingKey": "u-1"}')
    .optional(),
  at: instantSchema({ error: 'an instant with an offset, e.g. 2027-01-31T16:00:00+01:00' }).optional(),
});
