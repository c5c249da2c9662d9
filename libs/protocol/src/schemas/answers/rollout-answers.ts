import { z } from 'zod';
import {
  ROLLOUT_PHASES,
  type RolloutActDocument,
  type RolloutDocument,
  type RolloutEventDocument,
  type RolloutFeedDocument,
  type RolloutGuardDocument,
  type RolloutStageDocument,
  type RolloutSummary,
  type RolloutsDocument,
  type RolloutWaitingFor,
} from '../../rollouts.js';
import { schemaOf } from './schema-of.js';
import { environment, flag, instant, openObject, wholeNumber } from './words.js';

const phase = z.enum(ROLLOUT_PHASES);

const waitingFor = schemaOf<RolloutWaitingFor>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('start'), at: instant }),
    z.object({ kind: z.literal('propagation'), sentence: z.string() }),
    z.object({ kind: z.literal('hold'), doneMs: z.number(), neededMs: z.number(), until: instant }),
    z.object({
      kind: z.literal('evidence'),
      guard: z.string().exactOptional(),
      done: z.number().exactOptional(),
      needed: z.number().exactOptional(),
    }),
    z.object({ kind: z.literal('freeze'), until: instant }),
    z.object({ kind: z.literal('window'), opens: instant.exactOptional() }),
    z.object({ kind: z.literal('approval'), team: z.string(), stage: z.string() }),
    z.object({
      kind: z.literal('person'),
      act: z.enum(['resume', 'acknowledge', 'revive', 'restart']),
    }),
    z.object({ kind: z.literal('nothing') }),
  ]),
);

const summary = {
  id: z.string(),
  flag,
  environment,
  owner: z.string(),
  phase,
  killed: z.boolean(),
  to: z.string(),
  run: wholeNumber,
  stage: wholeNumber,
  stageCount: wholeNumber,
  stageId: z.string().exactOptional(),
  percent: z.number(),
  reason: z.string(),
  since: instant,
  waitingFor,
  version: wholeNumber,
  stages: z
    .array(
      z.object({
        id: z.string(),
        audience: z.string().exactOptional(),
        percent: z.number().exactOptional(),
      }),
    )
    .exactOptional(),
};
const rolloutSummary = schemaOf<RolloutSummary>()(z.object(summary));

const stage = schemaOf<RolloutStageDocument>()(
  z.object({
    id: z.string(),
    audience: z.string().exactOptional(),
    percent: z.number().exactOptional(),
    holdMs: z.number(),
    approval: z.string().exactOptional(),
    prove: z.object({ guard: z.string(), ratioBelow: z.number(), withinMs: z.number() }).exactOptional(),
    state: z.enum(['done', 'current', 'ahead']),
  }),
);

const guard = schemaOf<RolloutGuardDocument>()(
  z.object({
    id: z.string(),
    type: z.string(),
    onAlarm: z.enum(['rollback', 'pause']),
    verdict: z.enum(['pass', 'fail', 'inconclusive', 'error']),
    cause: z.string(),
    reason: z.string(),
    evidence: openObject,
  }),
);

const place = z.object({ phase, stageId: z.string().exactOptional() });
const event = {
  sequence: wholeNumber,
  at: instant,
  transition: z.string(),
  actor: z.string(),
  cause: z.string(),
  from: place.exactOptional(),
  to: place,
  evidence: openObject.exactOptional(),
};
const rolloutEvent = schemaOf<RolloutEventDocument>()(z.object(event));

export const rolloutsDocumentSchema = schemaOf<RolloutsDocument>()(
  z.object({ rollouts: z.array(rolloutSummary) }),
);
export const rolloutDocumentSchema = schemaOf<RolloutDocument>()(
  z.object({
    ...summary,
    plan: z.object({
      name: z.string().exactOptional(),
      hash: z.string(),
      stages: z.array(stage),
      holdoutPercent: z.number(),
      windows: z.array(z.string()),
      deadlineMs: z.number().exactOptional(),
    }),
    file: z.object({ path: z.string().exactOptional(), blob: z.string(), authors: z.array(z.string()) }),
    alarm: z.object({ guard: z.string(), sentence: z.string(), since: instant }).exactOptional(),
    offered: z.object({ hash: z.string(), reasons: z.array(z.string()) }).exactOptional(),
    guards: z.array(guard),
    propagation: z.object({ done: z.boolean(), reason: z.string() }),
    evidenceSince: instant,
    newestData: instant.exactOptional(),
    timeline: z.array(rolloutEvent),
  }),
);
export const rolloutFeedDocumentSchema = schemaOf<RolloutFeedDocument>()(
  z.object({ events: z.array(z.object({ ...event, rollout: z.string() })), cursor: wholeNumber }),
);
export const rolloutActDocumentSchema = schemaOf<RolloutActDocument>()(
  z.object({ rollout: rolloutSummary, done: z.string() }),
);
