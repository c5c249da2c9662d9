import { z } from 'zod';
import type { SyncDocument } from '../../sync-status.js';
import { removedEnvironmentSchema } from './drift-answers.js';
import { findingSchema } from './finding-answer.js';
import { holdSchema } from './revision-answers.js';
import { schemaOf } from './schema-of.js';
import { commit, environment, instant, wholeNumber } from './words.js';

export const syncDocumentSchema = schemaOf<SyncDocument>()(
  z.object({
    source: z.string(),
    branch: z.string(),
    head: commit.exactOptional(),
    revision: commit.exactOptional(),
    state: z.enum(['never', 'accepted', 'partly', 'held', 'rejected']),
    holds: z.array(holdSchema).exactOptional(),
    lastSyncAt: instant.exactOptional(),
    lastError: z.string().exactOptional(),
    findings: z.array(findingSchema),
    findingCount: wholeNumber.exactOptional(),
    frozen: z.array(z.string()),
    absent: z.array(z.string()),
    environments: z.array(
      z.object({
        environment,
        generation: wholeNumber,
        revision: commit,
        flags: wholeNumber,
        kills: wholeNumber,
      }),
    ),
    removed: z.array(removedEnvironmentSchema).exactOptional(),
  }),
);
