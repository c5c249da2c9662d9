import { z } from 'zod';
import type {
  NotificationBody,
  NotificationDelivery,
  NotificationDocument,
  NotificationsDocument,
  NotificationTestAnswer,
} from '../../notifications.js';
import { schemaOf } from './schema-of.js';
import { environment, flag, instant, wholeNumber } from './words.js';

const body = schemaOf<NotificationBody>()(
  z.object({
    version: z.literal(1),
    id: z.string(),
    at: instant,
    kind: z.string(),
    sentence: z.string(),
    environment: environment.exactOptional(),
    flag: flag.exactOptional(),
    environments: z.array(environment),
    flags: z.array(flag),
    actor: z.string(),
    reason: z.string(),
    link: z.string().exactOptional(),
  }),
);

const ofDelivery = {
  receiver: z.string(),
  state: z.enum(['waiting', 'delivered', 'dead']),
  attempts: wholeNumber,
  nextAt: instant.exactOptional(),
  endedAt: instant.exactOptional(),
  failure: z.string().exactOptional(),
};
const delivery = schemaOf<NotificationDelivery>()(z.object(ofDelivery));

export const notificationDocumentSchema = schemaOf<NotificationDocument>()(
  z.object({ notification: body, deliveries: z.array(delivery) }),
);
export const notificationsDocumentSchema = schemaOf<NotificationsDocument>()(
  z.object({
    receivers: z.array(
      z.object({
        id: z.string(),
        host: z.string().exactOptional(),
        waiting: wholeNumber,
        dead: wholeNumber,
        oldestWaitingAt: instant.exactOptional(),
        lastDeliveredAt: instant.exactOptional(),
        failure: z.string().exactOptional(),
      }),
    ),
    dead: z.array(z.object({ ...ofDelivery, id: z.string(), sentence: z.string() })),
  }),
);
export const notificationTestAnswerSchema = schemaOf<NotificationTestAnswer>()(
  z.object({ id: z.string(), receivers: z.array(z.string()) }),
);
