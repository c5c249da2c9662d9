import type { Context } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/sdk-logs';

/** By the levels of pino, from below: severity numbers of OpenTelemetry and their names. */
const SEVERITIES = [
  [50, 17, 'ERROR'],
  [40, 13, 'WARN'],
  [30, 9, 'INFO'],
  [0, 5, 'DEBUG'],
] as const;

type Logger = ReturnType<LoggerProvider['getLogger']>;
type LogRecord = Parameters<Logger['emit']>[0];

/** A line of the log, as it was written to stdout, as a record. Whatever is secret was taken out of it before. */
export function recordOf(line: string, context: Context | undefined): LogRecord {
  const { level, time, msg, trace_id: _trace, span_id: _span, ...fields } = JSON.parse(line) as Line;
  const [, severityNumber, severityText] = SEVERITIES.find(([from]) => level >= from) ?? SEVERITIES[3];
  return {
    ...{ severityNumber, severityText, body: msg },
    timestamp: new Date(time),
    attributes: fields as NonNullable<LogRecord['attributes']>,
    ...(context === undefined ? {} : { context }),
  };
}

interface Line {
  readonly level: number;
  readonly time: string;
  readonly msg: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly [field: string]: unknown;
}
