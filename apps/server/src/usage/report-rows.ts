import type { RefusedRuleset, RulesetMark, TelemetryReport } from '@guidon/protocol';

/** What one SDK instance last said of itself. */
export interface SdkInstance {
  readonly instance: string;
  readonly boot: string;
  /** When it was first heard of under this boot, where it had been heard of under another one. */
  readonly restartedMs?: number;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** The ruleset in use. */
  readonly applied?: RulesetMark;
  readonly refused?: RefusedRuleset;
  /** It said goodbye. */
  readonly closed: boolean;
}

/** What can be counted of an instance or an arm. Whole numbers. */
export interface UsageCounts {
  readonly evaluations: number;
  readonly evaluationErrors: number;
  readonly defaultsServed: number;
  /** Outcomes that the application reported, of all names together. */
  readonly calls: number;
  readonly failedCalls: number;
}

export interface InstanceRow extends Omit<SdkInstance, 'restartedMs' | 'firstSeenMs'> {
  readonly environment: string;
}

export interface WindowRow extends UsageCounts {
  readonly environment: string;
  readonly instance: string;
  /** Boot and client: a report's number counts within these. */
  readonly reporter: string;
  readonly sequence: number;
  /** Place in the report. */
  readonly ordinal: number;
  readonly ruleset: RulesetMark;
  readonly endedMs: number;
}

export interface Arrival {
  /** The environment of the key that the report came with. */
  readonly environment: string;
  readonly nowMs: number;
}

/**
 * What a report says as rows. Counts made without a ruleset belong to no arm of any wave and are left out; so is all of
 * a client that still serves another environment than its key is for, except that it lives.
 */
export function rowsOf(
  report: TelemetryReport,
  { environment, nowMs }: Arrival,
): { readonly instance: InstanceRow; readonly windows: readonly WindowRow[] } {
  const { instance, boot, sdk, applied, refused, sequence } = report;
  const isAtHome = report.environment === undefined || report.environment === environment;
  return {
    instance: {
      environment,
      instance,
      boot,
      sdk,
      lastSeenMs: nowMs,
      closed: report.closing === true,
      ...(applied === undefined || !isAtHome ? {} : { applied }),
      ...(refused === undefined || !isAtHome ? {} : { refused }),
    },
    windows: report.counts.flatMap((counts, ordinal) => {
      const { ruleset } = counts;
      if (ruleset === undefined || !isAtHome) return [];
      const reporter = reporterOf(report);
      const endedMs = nowMs - counts.ageMs;
      return [{ environment, instance, reporter, sequence, ordinal, ruleset, endedMs, ...countsOf(counts) }];
    }),
  };
}

export function reporterOf({ boot, client }: TelemetryReport): string {
  return `${boot}#${client}`;
}

export function countsOf(counts: TelemetryReport['counts'][number]): UsageCounts {
  const { evaluations, errors, defaultsServed, outcomes = [] } = counts;
  return {
    evaluations,
    evaluationErrors: Object.values(errors).reduce((sum, count) => sum + count, 0),
    defaultsServed,
    calls: outcomes.reduce((sum, { total }) => sum + total, 0),
    failedCalls: outcomes.reduce((sum, { bad }) => sum + bad, 0),
  };
}
