import { z } from 'zod';

/** Body of `POST /api/v1/notifications/test`. */
export const notificationTestSchema = z.strictObject({
  reason: z.string().trim().min(3, 'say why, in at least 3 characters').max(1000),
});
