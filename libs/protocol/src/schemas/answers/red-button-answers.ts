import { z } from 'zod';
import type { KillDocument, PressAnswer, ReviveAnswer } from '../../red-button.js';
import { schemaOf } from './schema-of.js';
import { environment, flag, instant, wholeNumber } from './words.js';

const scope = z.union([
  z.object({ flag }),
  z.object({ tag: z.string() }),
  z.object({ team: z.string() }),
  z.object({ commit: z.string() }),
  z.object({ rollouts: z.literal(true) }),
  z.object({ all: z.literal(true) }),
]);

const facts = {
  scope,
  targets: z.array(z.object({ flag, environment })),
  reason: z.string(),
  actor: z.string(),
  pressedAt: instant,
  expiresAt: instant.exactOptional(),
  overdue: z.literal(true).exactOptional(),
  continues: z.string().exactOptional(),
  revivedAt: instant.exactOptional(),
  revivedBy: z.string().exactOptional(),
  reviveReason: z.string().exactOptional(),
};

export const killDocumentSchema = schemaOf<KillDocument>()(z.object({ id: z.string(), ...facts }));

export const killListSchema = z.object({ kills: z.array(killDocumentSchema) });

export const pressAnswerSchema = schemaOf<PressAnswer>()(
  z.object({
    ...facts,
    id: z.string().exactOptional(),
    dryRun: z.boolean(),
    durability: z.enum(['database', 'journal', 'journal+peers']).exactOptional(),
    reach: z.object({ replicas: wholeNumber, streams: wholeNumber }),
  }),
);

export const reviveAnswerSchema = schemaOf<ReviveAnswer>()(
  z.object({
    id: z.string(),
    ...facts,
    alreadyRevived: z.literal(true).exactOptional(),
    stillHeld: z.array(z.object({ flag, environment, kills: z.array(z.string()) })),
  }),
);
