import type { z } from 'zod';
import { closed } from './closed.js';
import { conditionSchema } from './condition-schema.js';
import { name, text } from './scalars.js';

export const segmentSchema = closed({ owner: name, description: text, when: conditionSchema });

export type RawSegment = z.infer<typeof segmentSchema>;
