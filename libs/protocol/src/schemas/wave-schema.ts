import { z } from 'zod';

/** Body of `POST /api/v1/waves/{id}/advance` and `…/roll-back`. */
export const waveMoveSchema = z.strictObject({
  reason: z.string().trim().min(3, 'say why, in at least 3 characters').max(1000),
  /** The stage that the caller saw: at another one nothing is moved, so that a repetition does not move it twice. */
  stage: z.int().min(0).optional(),
});
