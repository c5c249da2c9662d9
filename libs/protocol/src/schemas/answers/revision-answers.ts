import { z } from 'zod';
import type { RevisionDocument, RollbackAnswer } from '../../revisions.js';
import { findingSchema } from './finding-answer.js';
import { schemaOf } from './schema-of.js';
import { commit, environment, instant, openObject, wholeNumber } from './words.js';

export const holdSchema = schemaOf<RevisionDocument['holds'][number]>()(
  z.object({
    kind: z.string(),
    sentence: z.string(),
    code: z.string().exactOptional(),
    environment: environment.exactOptional(),
    until: instant.exactOptional(),
    paths: z.array(z.string()).exactOptional(),
  }),
);

export const revisionDocumentSchema = schemaOf<RevisionDocument>()(
  z.object({
    commit,
    state: z.enum(['accepted', 'partly', 'held', 'rejected']),
    author: z.string(),
    subject: z.string(),
    committedAt: instant,
    judgedAt: instant,
    findingCount: wholeNumber,
    findings: z.array(findingSchema).exactOptional(),
    frozen: z.array(z.string()),
    holds: z.array(holdSchema),
    provenance: openObject.exactOptional(),
    servedIn: z.array(environment),
  }),
);

export const revisionListSchema = z.object({ revisions: z.array(revisionDocumentSchema) });

export const rollbackAnswerSchema = schemaOf<RollbackAnswer>()(
  z.object({
    commit,
    environments: z.array(
      z.object({ environment, generation: wholeNumber, waiting: commit.exactOptional() }),
    ),
    alreadyPinned: z.boolean(),
  }),
);

export const unpinAnswerSchema = z.object({ environments: z.array(environment) });
