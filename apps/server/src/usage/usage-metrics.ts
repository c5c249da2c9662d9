import { COUNTED_ERRORS, type CountedError, type TelemetryReport } from '@guidon/protocol';
import { OWN_METRICS } from '@guidon/protocol/metrics';
import type { Counter, Registry } from 'prom-client';
import { declaredCounter, declaredGauge } from '../kernel/metrics/index.js';
import type { FlagEvaluations } from './flag-evaluations.js';
import { reporterOf } from './report-rows.js';

/** Which kind of key a report came with. Anybody with a browser has a web key. */
export type Source = (typeof OWN_METRICS.guidon_sdk_evaluations_total.labels.source)[number];

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

export interface UsageFacts {
  readonly nowMs: () => number;
  readonly dropped: () => number;
  readonly flags: Pick<FlagEvaluations, 'count'>;
}

/** What SDKs reported to this replica, as metrics. Labels come from the project and from closed lists. */
export class UsageMetrics {
  readonly #heard = new Map<string, Heard>();
  readonly #evaluations: Counter<'environment' | 'source'>;
  readonly #errors: Counter<'environment' | 'source' | 'code'>;
  readonly #defaults: Counter<'environment' | 'source'>;
  readonly #uncredited: Counter<'environment'>;

  constructor(
    registry: Registry,
    private readonly about: UsageFacts,
  ) {
    this.#evaluations = declaredCounter(registry, 'guidon_sdk_evaluations_total');
    this.#errors = declaredCounter(registry, 'guidon_sdk_evaluation_errors_total');
    this.#defaults = declaredCounter(registry, 'guidon_sdk_defaults_served_total');
    this.#uncredited = declaredCounter(registry, 'guidon_sdk_outcomes_uncredited_total');
    declaredCounter(registry, 'guidon_usage_dropped_total', (it) => it.inc(about.dropped()));
    declaredGauge(registry, 'guidon_sdk_instances', (it) => {
      for (const [environment, generations] of this.#alive(about.nowMs()))
        for (const [generation, count] of generations) it.set({ environment, generation }, count);
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
    if (!isRepeated) this.about.flags.count(environment, report.answers?.cells ?? []);
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
