/** What a receiver gets, as JSON; its signature follows the Standard Webhooks specification. */
export interface NotificationBody {
  /** Grows when a field changes its meaning; new fields may come at any time. */
  readonly version: 1;
  /** The same at every attempt, and in the header `webhook-id`: what came already can be told from what is new. */
  readonly id: string;
  /** RFC 3339, UTC: when it happened, not when it was sent. */
  readonly at: string;
  readonly kind: string;
  readonly sentence: string;
  /** Where there is exactly one. */
  readonly environment?: string;
  readonly flag?: string;
  readonly environments: readonly string[];
  readonly flags: readonly string[];
  readonly actor: string;
  readonly reason: string;
  /** Path of the thing's own route, for a GET. */
  readonly link?: string;
}

export type DeliveryStateName = 'waiting' | 'delivered' | 'dead';

/** How one notification fares with one receiver. */
export interface NotificationDelivery {
  readonly receiver: string;
  readonly state: DeliveryStateName;
  readonly attempts: number;
  /** RFC 3339; of the next attempt, while it waits. */
  readonly nextAt?: string;
  readonly endedAt?: string;
  /** What came of the last attempt, where that failed. */
  readonly failure?: string;
}

export interface NotificationDocument {
  readonly notification: NotificationBody;
  readonly deliveries: readonly NotificationDelivery[];
}

export interface ReceiverDocument {
  /** Told from its URL, which is never shown. */
  readonly id: string;
  /** Absent where it is no longer configured. */
  readonly host?: string;
  readonly waiting: number;
  readonly dead: number;
  readonly oldestWaitingAt?: string;
  readonly lastDeliveredAt?: string;
  /** Of what waits at the front, after a failed attempt. */
  readonly failure?: string;
}

/** `GET /api/v1/notifications`. */
export interface NotificationsDocument {
  readonly receivers: readonly ReceiverDocument[];
  /** Given up, the newest first, at most 50. */
  readonly dead: readonly (NotificationDelivery & { readonly id: string; readonly sentence: string })[];
}

/** `POST /api/v1/notifications/test`. */
export interface NotificationTestAnswer {
  readonly id: string;
  readonly receivers: readonly string[];
}
