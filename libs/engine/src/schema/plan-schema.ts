import { z } from 'zod';
import { closed } from './closed.js';
import { conditionSchema } from './condition-schema.js';
import { duration, name, percent, text, timeWindow } from './scalars.js';

const stageSchema = closed({
  id: name,
  audience: conditionSchema.optional(),
  percent: percent.optional(),
  hold: duration,
  approval: name.optional(),
  prove: closed({ guard: name, ratioBelow: z.number().positive(), within: duration }).optional(),
});

/** In order; one shape for all types, so that a slip is told as a slip: which fields a type takes, `load` checks. */
export const GUARD_FIELDS = {
  ratio: { needs: ['outcome'], takes: ['nullRatio', 'minErrors'] },
  latency: { needs: ['outcome'], takes: ['nullRatio'] },
  ceiling: { needs: ['outcome', 'above'], takes: ['window', 'minCalls'] },
  prometheus: { needs: ['query'], takes: ['above', 'below', 'for', 'onError'] },
} as const;

export type GuardType = keyof typeof GUARD_FIELDS;

const act = z.enum(['rollback', 'pause']);

const guardSchema = closed({
  id: name,
  type: z.enum(Object.keys(GUARD_FIELDS) as [GuardType, ...GuardType[]]),
  outcome: text.optional(),
  query: text.optional(),
  nullRatio: z.number().min(1).max(100).optional(),
  minErrors: z.int().positive().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
  window: duration.optional(),
  minCalls: z.int().positive().optional(),
  for: duration.optional(),
  onError: act.optional(),
  onAlarm: act,
});

export const planSchema = closed({
  stages: z.array(stageSchema).min(1),
  guards: z.array(guardSchema).min(1).optional(),
  /** How often all ratio and latency guards together may be wrong (V4); more than half is no test. */
  alpha: z.number().positive().max(0.5).optional(),
  holdout: z.number().positive().max(50).optional(),
  noData: closed({ after: duration, action: act }).optional(),
  windows: z.array(timeWindow).min(1).optional(),
  deadline: duration.optional(),
});

export type RawPlan = z.infer<typeof planSchema>;
export type RawStage = z.infer<typeof stageSchema>;
export type RawGuard = z.infer<typeof guardSchema>;
