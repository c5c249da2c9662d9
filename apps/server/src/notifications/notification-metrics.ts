import type { Counter, Registry } from 'prom-client';
import { declaredCounter } from '../kernel/metrics/index.js';

/** What becomes of notifications. */
export class NotificationMetrics {
  readonly attempts: Counter<'outcome'>;
  readonly dead: Counter;
  readonly untold: Counter;

  constructor(registry: Registry) {
    this.attempts = declaredCounter(registry, 'guidon_notification_attempts_total');
    this.dead = declaredCounter(registry, 'guidon_notifications_dead_total');
    this.untold = declaredCounter(registry, 'guidon_notifications_untold_total');
  }
}
