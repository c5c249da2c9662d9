import { z } from 'zod';

const reason = z.string().trim().min(3, 'say why, in at least 3 characters').max(1000);
const name = z.string().min(1).max(128);

/** Body of `POST /api/v1/rollouts/{id}/{act}` for what needs nothing but a reason. */
export const rolloutActSchema = z.strictObject({ reason });

/** Of `…/resume`: where it stood, if its record was lost; the plan that is taken up, if the file offers another one. */
export const rolloutResumeSchema = z.strictObject({
  reason,
  stage: name.optional(),
  planHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'the hash of a plan has 64 hex digits')
    .optional(),
});

/** Of `…/approve`: the stage that may be entered, which must be the next one. */
export const rolloutApproveSchema = z.strictObject({ reason, stage: name });
