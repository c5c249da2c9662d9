import { z } from 'zod';
import type { TimelineDocument } from '../../timeline.js';
import { schemaOf } from './schema-of.js';
import { commit, environment, flag, instant, wholeNumber } from './words.js';

const change = z.object({
  file: z.string(),
  environment: environment.exactOptional(),
  flag: flag.exactOptional(),
  words: z.string(),
});

export const timelineDocumentSchema = schemaOf<TimelineDocument>()(
  z.object({
    around: instant,
    since: instant,
    source: z.enum(['log', 'memory']),
    entries: z.array(
      z.object({
        at: instant,
        kind: z.string(),
        environments: z.array(environment),
        flags: z.array(flag),
        flagCount: wholeNumber,
        sentence: z.string(),
        fileCount: wholeNumber.exactOptional(),
        changes: z.array(change),
        changeCount: wholeNumber,
        touchesServed: z.boolean(),
        actor: z.string(),
        reason: z.string(),
        commit: commit.exactOptional(),
        link: z.string().exactOptional(),
      }),
    ),
    serving: z.array(z.object({ environment, generation: wholeNumber, revision: commit })).exactOptional(),
    next: z.string().exactOptional(),
  }),
);
