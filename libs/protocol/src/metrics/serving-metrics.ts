import { ENVIRONMENT, type MetricCatalogue } from './metric.js';

/** What this server answers. */
export const SERVING_METRICS = {
  guidon_ofrep_requests_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'OFREP evaluations by route and outcome.',
    labels: {
      route: ['single', 'bulk'],
      outcome: ['answered', 'unchanged', 'not_found', 'refused', 'unavailable', 'failed'],
    },
  },
  guidon_ruleset_requests_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Rulesets asked for by SDKs, whole or unchanged.',
    labels: { outcome: ['full', 'unchanged'] },
  },
  guidon_streams_open: {
    type: 'gauge',
    unit: 'count',
    meaning: 'SDK streams open now on this server: whom the red button reaches at once.',
    labels: { environment: ENVIRONMENT },
    appears: 'while a stream is open',
  },
  guidon_stream_events_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Events written to SDK streams; those named kill are what the red button reached.',
    labels: { event: ['hello', 'kill', 'revive', 'ruleset', 'patch', 'goodbye'] },
  },
  guidon_stream_starts_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'How streams started: already current, by patches, or with the whole ruleset.',
    labels: { start: ['current', 'patched', 'full'] },
  },
  guidon_stream_drops_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Streams that the server ended before the client did.',
    labels: { cause: ['lagged', 'stalled', 'revoked'] },
  },
  guidon_stream_refusals_total: {
    type: 'counter',
    unit: 'count',
    meaning: 'Streams refused by the limits.',
    labels: {},
  },
  guidon_kill_broadcast_seconds: {
    type: 'histogram',
    unit: 'seconds',
    meaning:
      'From the moment this server obeys a kill until it is written to the last open stream of the environment.',
    labels: {},
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
} as const satisfies MetricCatalogue;
