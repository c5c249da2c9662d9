import { z } from 'zod';

const reason = z
  .string('say why, in at least 3 characters')
  .trim()
  .min(3, 'say why, in at least 3 characters')
  .max(1000, 'at most 1000 characters');
const environments = z.union(
  [z.literal('all'), z.array(z.string().min(1).max(128)).min(1).max(100)],
  'name environments, e.g. ["production"], or "all"',
);

/** A commit id in a path, full or short. */
export const commitSchema = z
  .string()
  .regex(/^[0-9a-f]{7,64}$/, 'a commit id in lower-case hexadecimal, at least its first 7 characters');

/** Body of `POST /api/v1/revisions/{sha}/rollback` and of `POST /api/v1/revisions/unpin`. */
export const pinRequestSchema = z.strictObject({ environments, reason });

/** Body of `POST /api/v1/revisions/{sha}/accept`. */
export const acceptRequestSchema = z.strictObject({ reason });
