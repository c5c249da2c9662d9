import { Counter, Gauge, type Registry } from 'prom-client';

export const OFREP_OUTCOMES = [
  'answered',
  'unchanged',
  'not_found',
  'refused',
  'unavailable',
  'failed',
] as const;
export type OfrepOutcome = (typeof OFREP_OUTCOMES)[number];
export type OfrepRoute = 'single' | 'bulk';
export const STREAM_DROPS = ['lagged', 'stalled', 'revoked'] as const;
export type StreamDrop = (typeof STREAM_DROPS)[number];
export type StreamEventName = 'hello' | 'kill' | 'revive' | 'ruleset' | 'patch' | 'goodbye';

/**
 * Counts of the serving paths. The hot paths add to plain numbers; Prometheus reads them when it scrapes, so a request
 * pays for an addition and nothing else. Labels come from the closed lists above, never from callers.
 */
export class ServingMetrics {
  readonly single = tally(OFREP_OUTCOMES);
  readonly bulk = tally(OFREP_OUTCOMES);
  readonly ruleset = tally(['full', 'unchanged'] as const);
  readonly drops = tally(STREAM_DROPS);
  readonly events = tally(['hello', 'kill', 'revive', 'ruleset', 'patch', 'goodbye'] as const);
  readonly resumed = tally(['current', 'patched', 'full'] as const);
  streamsRefused = 0;

  /** Makes the counts visible; `streamsOpen` by environment is asked at each scrape. */
  expose(registry: Registry, streamsOpen: () => ReadonlyMap<string, number>): void {
    counter(registry, {
      name: 'guidon_ofrep_requests_total',
      help: 'OFREP evaluations by route and outcome.',
      labels: ['route', 'outcome'],
      rows: () => [
        ...rows(this.single).map(([outcome, n]) => [{ route: 'single', outcome }, n] as const),
        ...rows(this.bulk).map(([outcome, n]) => [{ route: 'bulk', outcome }, n] as const),
      ],
    });
    counter(registry, {
      name: 'guidon_ruleset_requests_total',
      help: 'Rulesets asked for by SDKs, whole or unchanged.',
      labels: ['outcome'],
      rows: () => rows(this.ruleset).map(([outcome, n]) => [{ outcome }, n] as const),
    });
    counter(registry, {
      name: 'guidon_stream_events_total',
      help: 'Events written to SDK streams.',
      labels: ['event'],
      rows: () => rows(this.events).map(([event, n]) => [{ event }, n] as const),
    });
    counter(registry, {
      name: 'guidon_stream_starts_total',
      help: 'How streams started: already current, by patches, or with the whole ruleset.',
      labels: ['start'],
      rows: () => rows(this.resumed).map(([start, n]) => [{ start }, n] as const),
    });
    counter(registry, {
      name: 'guidon_stream_drops_total',
      help: 'Streams that the server ended before the client did.',
      labels: ['cause'],
      rows: () => rows(this.drops).map(([cause, n]) => [{ cause }, n] as const),
    });
    counter(registry, {
      name: 'guidon_stream_refusals_total',
      help: 'Streams refused by the limits.',
      labels: [],
      rows: () => [[{}, this.streamsRefused]],
    });
    const open = new Gauge({
      name: 'guidon_streams_open',
      help: 'SDK streams open now.',
      labelNames: ['environment'],
      registers: [registry],
      collect: () => {
        open.reset();
        for (const [environment, count] of streamsOpen()) open.set({ environment }, count);
      },
    });
  }
}

type Tally<K extends string> = { [name in K]: number };

function tally<K extends string>(names: readonly K[]): Tally<K> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Tally<K>;
}

function rows<K extends string>(counts: Tally<K>): [K, number][] {
  return Object.entries(counts) as [K, number][];
}

interface CounterOptions {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly rows: () => readonly (readonly [{ [label: string]: string }, number])[];
}

function counter(registry: Registry, options: CounterOptions): void {
  const metric = new Counter({
    name: options.name,
    help: options.help,
    labelNames: [...options.labels],
    registers: [registry],
    collect: () => {
      metric.reset();
      for (const [labels, count] of options.rows()) metric.inc(labels, count);
    },
  });
}
