import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { LogLevel } from '../config/index.js';
import { currentTraceIds, tracingInUse } from '../tracing/spans.js';

/** Whatever looks like one of our keys, also when it was cut off; the public id stays, so that a person can tell which key it was. */
const KEY = /gdn_(admin|server|web)_([a-z0-9]{8,32})_[A-Za-z0-9_-]+/g;
const USERINFO = /(\b[a-z][a-z+.-]*:\/\/)[^/\s@]+@/gi;

/** Takes the secrets of keys out of a text; of JSON, too, which stays JSON. */
export function redactKeys(text: string): string {
  return text.includes('gdn_') ? text.replace(KEY, 'gdn_$1_$2_[redacted]') : text;
}

/** Takes secrets out of any text that is about to be logged. */
export function redact(text: string): string {
  return redactKeys(text).replace(USERINFO, '$1[redacted]@');
}

/**
 * One JSON line per event on stdout. Known secret fields are censored by name; keys and URL passwords also wherever
 * they stand in an error's text.
 */
export function createLog(level: LogLevel, stream?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
      serializers: { err: serializeError },
      // Only where somebody asked for spans; a line within one names it.
      ...(tracingInUse() === undefined ? {} : { mixin: () => currentTraceIds() ?? {} }),
    },
    stream ?? standardOutput(),
  );
}

/** Where the log goes unless it is said otherwise. */
export function standardOutput(): DestinationStream {
  return destination({ fd: 1, sync: true });
}

const REDACTED_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'signingKey',
  'clientSecret',
  'webhookSecrets',
];
const REDACTED_PATHS = [
  ...REDACTED_FIELDS.flatMap((field) => [field, `*.${field}`]),
  '["x-api-key"]',
  '*["x-api-key"]',
  'headers.authorization',
  'headers["x-api-key"]',
];

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error === undefined ? undefined : redact(String(error));
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: redact(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: redact(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}
