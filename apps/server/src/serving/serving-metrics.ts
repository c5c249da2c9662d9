import { OWN_METRICS } from '@guidon/protocol/metrics';
import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock/index.js';
import { declaredCounter, declaredGauge, declaredHistogram } from '../kernel/metrics/index.js';

const {
  guidon_ofrep_requests_total: OFREP,
  guidon_ruleset_requests_total: RULESET,
  guidon_stream_events_total: EVENTS,
  guidon_stream_starts_total: STARTS,
  guidon_stream_drops_total: DROPS,
} = OWN_METRICS;
export type OfrepOutcome = (typeof OFREP.labels.outcome)[number];
export type OfrepRoute = (typeof OFREP.labels.route)[number];
export type StreamDrop = (typeof DROPS.labels.cause)[number];

/**
 * Counts of the serving paths. The hot paths add to plain numbers; Prometheus reads them when it scrapes, so a request
 * pays for an addition and nothing else. Labels come from the closed lists of the catalogue, never from callers.
 */
export class ServingMetrics {
  readonly single = tally(OFREP.labels.outcome);
  readonly bulk = tally(OFREP.labels.outcome);
  readonly ruleset = tally(RULESET.labels.outcome);
  readonly drops = tally(DROPS.labels.cause);
  readonly events = tally(EVENTS.labels.event);
  readonly resumed = tally(STARTS.labels.start);
  streamsRefused = 0;
  /** Nobody listens until the counts are made visible. */
  #killTook: (seconds: number) => void = () => {};

  /** Makes the counts visible; `streamsOpen` by environment is asked at each scrape. */
  expose(registry: Registry, streamsOpen: () => ReadonlyMap<string, number>): void {
    declaredCounter(registry, 'guidon_ofrep_requests_total', (it) => {
      for (const route of OFREP.labels.route)
        for (const outcome of OFREP.labels.outcome) it.inc({ route, outcome }, this[route][outcome]);
    });
    declaredCounter(registry, 'guidon_ruleset_requests_total', (it) => {
      for (const outcome of RULESET.labels.outcome) it.inc({ outcome }, this.ruleset[outcome]);
    });
    declaredCounter(registry, 'guidon_stream_events_total', (it) => {
      for (const event of EVENTS.labels.event) it.inc({ event }, this.events[event]);
    });
    declaredCounter(registry, 'guidon_stream_starts_total', (it) => {
      for (const start of STARTS.labels.start) it.inc({ start }, this.resumed[start]);
    });
    declaredCounter(registry, 'guidon_stream_drops_total', (it) => {
      for (const cause of DROPS.labels.cause) it.inc({ cause }, this.drops[cause]);
    });
    declaredCounter(registry, 'guidon_stream_refusals_total', (it) => it.inc(this.streamsRefused));
    declaredGauge(registry, 'guidon_streams_open', (it) => {
      for (const [environment, count] of streamsOpen()) it.set({ environment }, count);
    });
    const broadcast = declaredHistogram(registry, 'guidon_kill_broadcast_seconds');
    this.#killTook = (seconds) => broadcast.observe(seconds);
  }

  /** Call it when something begins to go out to all streams, and what it returns when the last has it. */
  timed(event: 'kill' | 'revive', clock: Pick<Clock, 'elapsedMs'>): () => void {
    const beganMs = clock.elapsedMs();
    return () => {
      if (event === 'kill') this.#killTook((clock.elapsedMs() - beganMs) / 1000);
    };
  }
}

type Tally<K extends string> = { [name in K]: number };

function tally<K extends string>(names: readonly K[]): Tally<K> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Tally<K>;
}
