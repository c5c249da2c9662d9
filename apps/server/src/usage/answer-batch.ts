import type { AnswerCell, TelemetryReport } from '@guidon/protocol';
import { type Arrival, reporterOf } from './report-rows.js';

/** What one report says of answers. Its first four fields name it for ever. */
export interface AnswerBatch {
  readonly environment: string;
  readonly instance: string;
  readonly reporter: string;
  readonly sequence: number;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly cells: readonly AnswerCell[];
  readonly dropped: number;
}

export const HOUR_MS = 3_600_000;

export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) * HOUR_MS;
}

/** Undefined where the report says nothing of answers, or of those of another environment than its key is for. */
export function batchOf(report: TelemetryReport, { environment, nowMs }: Arrival): AnswerBatch | undefined {
  const { answers, instance, sequence } = report;
  if (answers === undefined) return undefined;
  if (report.environment !== undefined && report.environment !== environment) return undefined;
  const { ageMs, lengthMs, cells, dropped } = answers;
  const endedMs = nowMs - ageMs;
  const reporter = reporterOf(report);
  return {
    ...{ environment, instance, reporter, sequence, cells, dropped, endedMs },
    beganMs: endedMs - lengthMs,
  };
}

export function nameOf({ environment, instance, reporter, sequence }: AnswerBatch): string {
  return JSON.stringify([environment, instance, reporter, sequence]);
}

export interface HourlyRow {
  readonly environment: string;
  readonly hour: string;
  readonly flag: string;
  readonly variant: string;
  /** Empty: none. */
  readonly rule: string;
  readonly reason: string;
  readonly evaluations: number;
}

export interface HourlyInstanceRow {
  readonly environment: string;
  readonly hour: string;
  readonly instance: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly evaluations: number;
  readonly dropped: number;
}

/** Batches as rows to add, each once. A batch counts in the hour in which it ended. */
export function rollUp(batches: readonly AnswerBatch[]): {
  readonly rows: readonly HourlyRow[];
  readonly instances: readonly HourlyInstanceRow[];
} {
  const rows = new Map<string, HourlyRow>();
  const instances = new Map<string, HourlyInstanceRow>();
  for (const batch of batches) {
    const { environment, instance, beganMs, endedMs } = batch;
    const hour = iso(hourOf(endedMs));
    for (const { flag, variant, rule = '', reason, count } of batch.cells) {
      const name = `${environment}\n${hour} ${flag} ${variant} ${rule} ${reason}`;
      const evaluations = (rows.get(name)?.evaluations ?? 0) + count;
      rows.set(name, { environment, hour, flag, variant, rule, reason, evaluations });
    }
    const name = `${environment}\n${hour} ${instance}`;
    const known = instances.get(name);
    const told = batch.cells.reduce((sum, { count }) => sum + count, 0);
    const [first, last] = [iso(beganMs), iso(endedMs)];
    instances.set(name, {
      ...{ environment, hour, instance },
      first_at: known !== undefined && known.first_at < first ? known.first_at : first,
      last_at: known !== undefined && known.last_at > last ? known.last_at : last,
      evaluations: (known?.evaluations ?? 0) + told,
      dropped: (known?.dropped ?? 0) + batch.dropped,
    });
  }
  return { rows: [...rows.values()], instances: [...instances.values()] };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
