import type { MetricCatalogue } from './metric.js';

/** The server itself: its source, its database, who leads. */
export const SERVER_METRICS = {
  guidon_git_fetches_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Fetches from the Git source by this process.',
    labels: { outcome: ['ok', 'failed'] },
    appears: 'on servers that lead',
  },
  guidon_git_rewrites_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Commits that do not continue the newest judged commit of the branch.',
    labels: {},
  },
  guidon_publish_seconds: {
    type: 'histogram',
    unit: 'seconds',
    meaning: 'From a fetched commit to its publication by this process: reading, loading, judging, writing.',
    labels: {},
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  guidon_webhook_deliveries_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Webhook deliveries: queued, repeated, ignored (another branch, another event) or refused.',
    labels: { outcome: ['queued', 'repeated', 'ignored', 'refused'] },
    appears: 'where webhooks come',
  },
  guidon_database_up: {
    type: 'gauge',
    unit: 'boolean',
    meaning: '1 while the database answers; flags are served from memory otherwise.',
    labels: {},
  },
  guidon_database_silent_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning: 'Whole seconds since the database last answered.',
    labels: {},
    appears: 'once it answered',
  },
  guidon_clock_ahead_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning:
      "By how much the clock of this server's host is ahead of the database's, which all servers go by.",
    labels: {},
  },
  guidon_leader: {
    type: 'gauge',
    unit: 'boolean',
    meaning: '1 while this server leads: it fetches and publishes. The sum over all servers should be 1.',
    labels: {},
  },
  guidon_notification_attempts_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Attempts to deliver a notification to a receiver, by what came of it.',
    labels: { outcome: ['delivered', 'retry', 'dead'] },
    appears: 'where a receiver is configured',
  },
  guidon_notifications_dead_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Notifications that were given up for a receiver; GET /api/v1/notifications lists them.',
    labels: {},
  },
  guidon_notifications_untold_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Notifications that could not be written down, so that nobody will hear of them.',
    labels: {},
  },
  guidon_audit_checkpoint_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    meaning:
      'Since when this server has not known the end of the audit log to be signed; it looks once a minute.',
    labels: {},
    appears: 'where GUIDON_SIGNING_KEY is given',
  },
} as const satisfies MetricCatalogue;
