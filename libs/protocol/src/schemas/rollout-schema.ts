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

/** Of `GET /api/v1/rollouts/{id}`: an earlier part of the timeline. */
export const rolloutPageSchema = z.strictObject({
  before: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'give the sequence of an event')
    .optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'give a whole number above 0')
    .optional(),
});

/** Of `GET /api/v1/rollouts/events`: what came after an event, and for how many seconds to wait for it. */
export const rolloutFeedSchema = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'give the cursor of the answer before, or 0')
    .optional(),
  wait: z
    .string()
    .regex(/^\d{1,2}$/, 'give a whole number of seconds')
    .optional(),
});
