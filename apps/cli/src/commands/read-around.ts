import { CliError } from '../cli-error.js';
import { readInstantOrAge } from './read-instant.js';

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const AGO = /^(\d{1,6}) ?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)(?: ago)?$/;
const LONGER_THAN_NOW_MS = 60_000;

/**
 * The moment that somebody means: an instant, how long ago (`10m`, `10 min ago`), or a time of the day on this machine's clock,
 * the last one that there was. A minute is meant to its end, since who reads 02:17 from a graph has not looked at seconds.
 */
export function readAround(text: string, nowMs: number): number {
  const ago = AGO.exec(text.trim());
  if (ago !== null) return readInstantOrAge(`${ago[1]}${(ago[2] ?? 's').charAt(0)}`, '--around', nowMs);
  const time = TIME_OF_DAY.exec(text.trim());
  if (time !== null) return timeOfDay(time, nowMs);
  try {
    return readInstantOrAge(text, '--around', nowMs);
  } catch {
    throw new CliError(
      `--around wants a time such as 02:17, how long ago such as 10m or "10 min ago", or an instant such as 2027-01-31T02:17:00+01:00, not ${text}.`,
      { usage: true },
    );
  }
}

function timeOfDay([, hours, minutes, seconds]: RegExpExecArray, nowMs: number): number {
  const day = new Date(nowMs);
  const [second, millisecond] = seconds === undefined ? [59, 999] : [Number(seconds), 999];
  day.setHours(Number(hours), Number(minutes), second, millisecond);
  // The minute that runs now is today's, although its end lies ahead.
  if (day.getTime() - nowMs >= LONGER_THAN_NOW_MS) day.setDate(day.getDate() - 1);
  return Math.min(day.getTime(), nowMs);
}
