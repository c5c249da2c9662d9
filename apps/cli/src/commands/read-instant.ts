import { CliError } from '../cli-error.js';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Milliseconds of an RFC 3339 instant with an offset, or of a date (00:00 UTC), as in a flag file. */
export function readInstant(text: string, option: string): number {
  const timeMs = INSTANT.test(text) || DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new CliError(
    `${option} wants an instant with an offset such as 2027-01-31T16:00:00+01:00, not ${text}.`,
    { usage: true },
  );
}

/** As `readInstant`, or a time from now: `30m`, `2h`, `1d`. */
export function readInstantOrDuration(text: string, option: string, nowMs: number): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  if (match === null) return readInstant(text, option);
  return nowMs + Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** As `readInstant`, or how long ago: `30m`, `2h`, `7d`. */
export function readInstantOrAge(text: string, option: string, nowMs: number): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  if (match === null) return readInstant(text, option);
  return nowMs - Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
