import { z } from 'zod';
import type { KillScope } from '../red-button.js';

const name = z.string().min(1).max(128);
const reason = z.string().trim().min(3, 'say why, in at least 3 characters').max(1000);

const SCOPES = ['flag', 'tag', 'team', 'commit', 'rollouts', 'all'] as const;

/** Exactly one of the scopes. Not a union: that would only say that none of six shapes fits. */
const scope = z
  .strictObject({
    flag: name.optional(),
    tag: name.optional(),
    team: name.optional(),
    commit: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/, 'a commit id in lower-case hexadecimal')
      .optional(),
    rollouts: z.literal(true).optional(),
    all: z.literal(true).optional(),
  })
  .refine((given) => SCOPES.filter((one) => given[one] !== undefined).length === 1, {
    message: `name exactly one of ${SCOPES.join(', ')}, e.g. {"flag": "new-checkout"}`,
  })
  .transform((given) => given as KillScope);

/** Body of `POST /api/v1/red-button`. Nothing is coerced, stripped or defaulted. */
export const pressRequestSchema = z.strictObject({
  scope,
  environments: z.union([z.literal('all'), z.array(name).min(1).max(100)]),
  reason,
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  dryRun: z.boolean().optional(),
});

/** Body of `POST /api/v1/red-button/{id}/revive`. */
export const reviveRequestSchema = z.strictObject({ reason });

/** Body of `POST /api/v1/sync`. */
export const syncRequestSchema = z.strictObject({ reason });
