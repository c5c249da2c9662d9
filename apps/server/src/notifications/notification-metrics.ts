import { Counter, type Registry } from 'prom-client';

/** What becomes of notifications. */
export class NotificationMetrics {
  readonly attempts: Counter<'outcome'>;
  readonly dead: Counter;
  readonly untold: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.attempts = new Counter({
      name: 'guidon_notification_attempts_total',
      help: 'Attempts to deliver a notification to a receiver, by what came of it: delivered, retry or dead.',
      labelNames: ['outcome'],
      registers,
    });
    this.dead = new Counter({
      name: 'guidon_notifications_dead_total',
      help: 'Notifications that were given up for a receiver; GET /api/v1/notifications lists them.',
      registers,
    });
    this.untold = new Counter({
      name: 'guidon_notifications_untold_total',
      help: 'Notifications that could not be written down, so that nobody will hear of them.',
      registers,
    });
  }
}
