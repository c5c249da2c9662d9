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

const guardSchema = closed({
  id: name,
  type: z.enum(['ratio', 'latency']),
  outcome: text,
  onAlarm: z.enum(['rollback', 'pause']),
});

export const planSchema = closed({
  stages: z.array(stageSchema).min(1),
  guards: z.array(guardSchema).min(1).optional(),
  holdout: z.number().positive().max(50).optional(),
  noData: closed({ after: duration, action: z.enum(['pause', 'rollback']) }).optional(),
  windows: z.array(timeWindow).min(1).optional(),
  deadline: duration.optional(),
});

export type RawPlan = z.infer<typeof planSchema>;
export type RawStage = z.infer<typeof stageSchema>;
