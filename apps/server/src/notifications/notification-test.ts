import type { NotificationTestAnswer } from '@guidon/protocol';
import type { Audit } from '../audit/index.js';
import type { Asker } from '../identity/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Once } from '../kernel/idempotency/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { Notifications } from './notifications.js';
import type { NotifyTarget } from './notify-target.js';

export interface NotificationTestParts {
  readonly targets: readonly NotifyTarget[];
  readonly outbox: Notifications;
  readonly audit: Audit;
  readonly transactions: Transactions;
}

/** Sends a notification that tells of nothing, on the way that all of them take. */
export class NotificationTest {
  constructor(private readonly parts: NotificationTestParts) {}

  async send(
    reason: string,
    { actor, requestId }: Asker,
    once: Once<NotificationTestAnswer>,
  ): Promise<NotificationTestAnswer> {
    const { targets, outbox, audit, transactions } = this.parts;
    const receivers = targets.map(({ id }) => id);
    if (receivers.length === 0)
      throw new DomainError('notifications-not-configured', {
        detail:
          'This server has no receiver: set GUIDON_NOTIFY_URL with GUIDON_NOTIFY_SECRET, or GUIDON_NOTIFY_URLS_FILE.',
      });
    return transactions.run((manager) =>
      once.in(manager, async () => {
        const subject = { receivers };
        const event = { action: 'notification.test', actor, reason, subject, requestId } as const;
        await audit.append(manager, { ...event, before: null, after: null });
        const sentence = 'This is a test: somebody asked whether notifications arrive. Nothing happened.';
        const id = await outbox.tell(manager, { kind: 'test', sentence, actor, reason });
        if (id === undefined) throw new Error('The outbox could not be written; the log has the details.');
        return { id, receivers };
      }),
    );
  }
}
