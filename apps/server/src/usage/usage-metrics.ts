import { COUNTED_ERRORS, type CountedError, type TelemetryReport } from '@guidon/protocol';
import { Counter, Gauge, type Registry } from 'prom-client';
import { reporterOf } from './report-rows.js';

export const SOURCES = ['server', 'web'] as const;
/** Which kind of key a report came with. Anybody with a browser has a web key. */
export type Source = (typeof SOURCES)[number];

/** Reporters whose last report is remembered, so that a repetition is not counted twice; the longest silent is forgotten. */
const REPORTERS_REMEMBERED = 50_000;
/** An instance counts as alive for so long after its last report. */
const ALIVE_MS = 60_000;
/** Generations with a label of their own, the newest; the others are "older". */
const GENERATIONS_SHOWN = 4;

interface Heard {
  readonly environment: string;
  readonly sequence: number;
  readonly counts: number;
  readonly generation: number | undefined;
  readonly lastSeenMs: number;
}

/** What SDKs reported to this replica, as metrics. Labels come from the project and from closed lists. */
export class UsageMetrics {
  readonly #heard = new Map<string, Heard>();
  readonly #evaluations: Counter<'environment' | 'source'>;
  readonly #errors: Counter<'environment' | 'source' | 'code'>;
  readonly #defaults: Counter<'environment' | 'source'>;
  readonly #uncredited: Counter<'environment'>;

  constructor(registry: Registry, about: { readonly nowMs: () => number; readonly dropped: () => number }) {
    const labelNames = ['environment', 'source'] as const;
    this.#evaluations = new Counter({
      name: 'guidon_sdk_evaluations_total',
      help: 'Evaluations that SDKs reported, by the kind of their key.',
      labelNames,
      registers: [registry],
    });
    this.#errors = new Counter({
      name: 'guidon_sdk_evaluation_errors_total',
      help: 'Evaluations in SDKs that ended in an error, by code.',
      labelNames: [...labelNames, 'code'],
      registers: [registry],
    });
    this.#defaults = new Counter({
      name: 'guidon_sdk_defaults_served_total',
      help: "Evaluations in SDKs that were answered with the caller's coded default.",
      labelNames,
      registers: [registry],
    });
    this.#uncredited = new Counter({
      name: 'guidon_sdk_outcomes_uncredited_total',
      help: 'Outcomes that a guard looks at and that SDKs could credit to no arm, or had to drop, together with exposures.',
      labelNames: ['environment'],
      registers: [registry],
    });
    const dropped = new Counter({
      name: 'guidon_usage_dropped_total',
      help: 'Rows of usage that were thrown away because the database did not take them in time.',
      registers: [registry],
      collect: () => {
        dropped.reset();
        dropped.inc(about.dropped());
      },
    });
    const instances = new Gauge({
      name: 'guidon_sdk_instances',
      help: 'SDK clients that reported to this replica within a minute, by the generation in use.',
      labelNames: ['environment', 'generation'],
      registers: [registry],
      collect: () => {
        instances.reset();
        for (const [environment, generations] of this.#alive(about.nowMs()))
          for (const [generation, count] of generations) instances.set({ environment, generation }, count);
      },
    });
  }

  count(report: TelemetryReport, from: { environment: string; source: Source; nowMs: number }): void {
    const { environment, source, nowMs } = from;
    for (const { evaluations, errors, defaultsServed } of report.counts.slice(this.#known(report, from))) {
      this.#evaluations.inc({ environment, source }, evaluations);
      this.#defaults.inc({ environment, source }, defaultsServed);
      for (const code of COUNTED_ERRORS) this.#countErrors({ environment, source, code }, errors[code]);
    }
    // A browser's report says nothing of instances.
    if (source === 'web') return;
    const { guarded, sequence } = report;
    const isRepeated = (this.#heard.get(nameOf(report, environment))?.sequence ?? 0) >= sequence;
    if (guarded !== undefined && !isRepeated)
      this.#uncredited.inc({ environment }, guarded.uncredited + guarded.dropped);
    this.#remember(nameOf(report, environment), {
      environment,
      sequence: report.sequence,
      counts: report.counts.length,
      generation: report.applied?.generation,
      lastSeenMs: report.closing === true ? Number.NEGATIVE_INFINITY : nowMs,
    });
  }

  #countErrors(labels: { environment: string; source: Source; code: CountedError }, count = 0): void {
    if (count > 0) this.#errors.inc(labels, count);
  }

  /** How many counts of the report have been counted: all of an older report, some of a repetition, none of a new one. */
  #known(report: TelemetryReport, from: { readonly environment: string; readonly source: Source }): number {
    const heard = from.source === 'web' ? undefined : this.#heard.get(nameOf(report, from.environment));
    if (heard === undefined || heard.sequence < report.sequence) return 0;
    return heard.sequence === report.sequence ? heard.counts : report.counts.length;
  }

  #remember(name: string, heard: Heard): void {
    this.#heard.delete(name);
    this.#heard.set(name, heard);
    for (const oldest of this.#heard.keys()) {
      if (this.#heard.size <= REPORTERS_REMEMBERED) break;
      this.#heard.delete(oldest);
    }
  }

  #alive(nowMs: number): ReadonlyMap<string, ReadonlyMap<string, number>> {
    const alive = [...this.#heard.values()].filter(({ lastSeenMs }) => nowMs - lastSeenMs <= ALIVE_MS);
    const newest = new Map<string, readonly number[]>();
    for (const { environment, generation } of alive) {
      if (generation === undefined) continue;
      const all = new Set([...(newest.get(environment) ?? []), generation]);
      newest.set(environment, [...all].sort((a, b) => b - a).slice(0, GENERATIONS_SHOWN));
    }
    const counts = new Map<string, Map<string, number>>();
    for (const { environment, generation } of alive) {
      const isShown = generation !== undefined && newest.get(environment)?.includes(generation);
      const label = generation === undefined ? 'none' : isShown ? String(generation) : 'older';
      const of = counts.get(environment) ?? new Map<string, number>();
      counts.set(environment, of.set(label, (of.get(label) ?? 0) + 1));
    }
    return counts;
  }
}

function nameOf(report: TelemetryReport, environment: string): string {
  return `${environment} ${report.instance} ${reporterOf(report)}`;
}
