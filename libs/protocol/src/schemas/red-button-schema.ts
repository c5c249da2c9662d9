import { z } from 'zod';
import type { KillScope } from '../red-button.js';
import { instantSchema } from './instant-schema.js';

/** One sentence for whatever may be wrong with a field, since it says what is expected. Unknown fields have their own. */
const says = (sentence: string) => ({
  error: (issue: { readonly code: string }) => (issue.code === 'unrecognized_keys' ? undefined : sentence),
});

const name = (what: string, example: string) => {
  const sentence = says(`Name ${what} in 1 to 128 characters, e.g. "${example}".`);
  return z.string(sentence).min(1, sentence).max(128, sentence);
};

const why = says('Say why, in 3 to 1000 characters, e.g. "payments fail since 14:05".');
const reason = z.string(why).trim().min(3, why).max(1000, why);

const SCOPES = ['flag', 'tag', 'team', 'commit', 'rollouts', 'all'] as const;
const which = says(`Name exactly one of ${SCOPES.join(', ')}, e.g. {"flag": "new-checkout"}.`);
const commitId = says('Name a commit by 7 to 64 lower-case hexadecimal digits of its id, e.g. "4f2a9c1b".');
const onlyTrue = says('Give true, or leave the field out.');

/** Exactly one of the scopes. Not a union: that would only say that none of six shapes fits. */
const scope = z
  .strictObject(
    {
      flag: name('a flag by its key', 'new-checkout').optional(),
      tag: name('a tag', 'checkout').optional(),
      team: name('a team', 'payments').optional(),
      commit: z
        .string(commitId)
        .regex(/^[0-9a-f]{7,64}$/, commitId)
        .optional(),
      rollouts: z.literal(true, onlyTrue).optional(),
      all: z.literal(true, onlyTrue).optional(),
    },
    which,
  )
  .refine((given) => SCOPES.filter((one) => given[one] !== undefined).length === 1, which)
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform((given) => given as KillScope);

const where = says('Name environments, e.g. ["production"], or "all".');
const instant = says('Give an instant with an offset, e.g. "2027-01-31T16:00:00+01:00".');

/** Body of `POST /api/v1/red-button`. Nothing is coerced, stripped or defaulted. */
export const pressRequestSchema = z.strictObject(
  {
    scope,
    environments: z.union(
      [z.literal('all'), z.array(name('an environment', 'production'), where).min(1, where).max(100, where)],
      where,
    ),
    reason,
    expiresAt: instantSchema(instant).optional(),
    dryRun: z.boolean(says('Give true or false.')).optional(),
  },
  says('Send a JSON object with scope, environments and reason.'),
);

const onlyReason = says('Send a JSON object such as {"reason": "why"}.');

/** Body of `POST /api/v1/red-button/{id}/revive`. */
export const reviveRequestSchema = z.strictObject({ reason }, onlyReason);

/** Body of `POST /api/v1/sync`. */
export const syncRequestSchema = z.strictObject({ reason }, onlyReason);
