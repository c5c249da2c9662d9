import { z } from 'zod';
import type { DriftDocument, DriftEnvironment, DriftInstances, RemovedEnvironment } from '../../drift.js';
import { schemaOf } from './schema-of.js';
import { commit, environment, instant, wholeNumber } from './words.js';

/** Whole or not: some are measured by a clock of milliseconds. */
const seconds = z.number();
const content = { revision: commit, sentences: z.array(z.string()), sinceSeconds: seconds };

export const removedEnvironmentSchema = schemaOf<RemovedEnvironment>()(
  z.object({
    environment,
    generation: wholeNumber,
    revision: commit,
    streams: wholeNumber.exactOptional(),
  }),
);

const driftEnvironmentSchema = schemaOf<DriftEnvironment>()(
  z.object({
    environment,
    generation: wholeNumber,
    revision: commit,
    sinceSeconds: seconds.exactOptional(),
    inSync: z.boolean(),
    wave: z
      .object({
        id: z.string(),
        revision: commit,
        generation: wholeNumber,
        stage: wholeNumber,
        stages: wholeNumber,
        percent: z.number(),
        sinceSeconds: seconds,
      })
      .exactOptional(),
    waiting: z
      .object({ ...content, why: z.enum(['wave', 'pinned', 'freeze']), until: instant.exactOptional() })
      .exactOptional(),
    held: z.object({ ...content, why: z.enum(['held', 'rolled-back']) }).exactOptional(),
  }),
);

const instancesSchema = schemaOf<DriftInstances>()(
  z.object({
    known: wholeNumber,
    generations: z.array(
      z.object({ environment, generation: wholeNumber, instances: wholeNumber, current: z.boolean() }),
    ),
    lagging: z.array(
      z.object({
        environment,
        instance: z.string(),
        generation: wholeNumber.exactOptional(),
        result: z.string().exactOptional(),
        seenSecondsAgo: seconds,
      }),
    ),
  }),
);

const replica = z.object({
  id: z.string(),
  role: z.string(),
  leads: z.boolean(),
  seenSecondsAgo: seconds,
  served: z.array(z.object({ environment, generation: wholeNumber })),
  behind: z.boolean(),
});

const quarantined = z.object({
  path: z.string(),
  findings: z.array(z.object({ line: wholeNumber, code: z.string(), sentence: z.string() })),
});

const override = z.object({
  kind: z.enum(['kill', 'pin', 'rollout']),
  id: z.string(),
  environments: z.array(environment),
  flags: wholeNumber.exactOptional(),
  actor: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  sinceSeconds: seconds.exactOptional(),
});

export const driftDocumentSchema = schemaOf<DriftDocument>()(
  z.object({
    at: instant,
    inSync: z.boolean(),
    reasons: z.array(z.string()),
    desired: z.object({
      branch: z.string(),
      commit: commit.exactOptional(),
      seenSecondsAgo: seconds.exactOptional(),
    }),
    judged: z
      .object({
        commit,
        state: z.enum(['accepted', 'partly', 'held', 'rejected']),
        secondsAgo: seconds,
        holds: z.array(z.object({ kind: z.string(), sentence: z.string() })),
      })
      .exactOptional(),
    environments: z.array(driftEnvironmentSchema),
    removed: z.array(removedEnvironmentSchema).exactOptional(),
    replicas: z.array(replica),
    instances: instancesSchema,
    quarantined: z.array(quarantined),
    overrides: z.array(override),
  }),
);
