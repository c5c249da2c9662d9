import { z } from 'zod';
import type { WaveDocument, WaveMoveDocument, WavesDocument } from '../../waves.js';
import { schemaOf } from './schema-of.js';
import { commit, environment, instant, wholeNumber } from './words.js';

const ruleset = z.object({ generation: wholeNumber, hash: z.string(), revision: commit });
const sample = z.object({ exposures: wholeNumber, errors: wholeNumber });

const signal = z.object({
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'error']),
  cause: z.string(),
  reason: z.string(),
  candidate: sample,
  control: sample,
  harm: z.number(),
  alarmAt: z.number(),
  phi: z.number(),
});

export const waveDocumentSchema = schemaOf<WaveDocument>()(
  z.object({
    id: z.string(),
    environment,
    candidate: ruleset,
    stable: ruleset,
    stage: wholeNumber,
    stages: z.array(z.object({ percent: z.number(), holdMs: z.number() })),
    startedAt: instant,
    stageSince: instant,
    members: z.object({ candidate: wholeNumber, adopted: wholeNumber, control: wholeNumber }),
    decision: z.enum(['hold', 'advance', 'roll-back']),
    cause: z.string(),
    reason: z.string(),
    evidence: z.object({ instances: z.array(z.string()), signals: z.record(z.string(), signal) }),
  }),
);
export const wavesDocumentSchema = schemaOf<WavesDocument>()(
  z.object({ waves: z.array(waveDocumentSchema) }),
);
export const waveMoveDocumentSchema = schemaOf<WaveMoveDocument>()(
  z.object({
    id: z.string(),
    environment,
    moved: z.enum(['advance', 'finish', 'roll-back']),
    stage: wholeNumber.exactOptional(),
  }),
);
