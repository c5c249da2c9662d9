const SECOND_MS = 1000;
const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** How far a time is gone, in the unit that the whole is best said in: `12 of 30 minutes`. Never more than there is. */
export function share(doneMs: number, neededMs: number): string {
  const { ms, unit } = unitOf(neededMs);
  const needed = Number((neededMs / ms).toFixed(1));
  const done = Math.min(needed, Math.floor((doneMs / ms) * 10) / 10);
  return `${needed >= 10 ? Math.floor(done) : done} of ${needed} ${unit}${needed === 1 ? '' : 's'}`;
}

/** `30 minutes`, `1.5 hours`. */
export function span(durationMs: number): string {
  const { ms, unit } = unitOf(durationMs);
  const count = Number((durationMs / ms).toFixed(1));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function unitOf(durationMs: number): { readonly unit: string; readonly ms: number } {
  // Two of a unit before it is used, so that nobody reads "1.2 days" of what is planned in hours.
  return UNITS.find(({ ms }) => durationMs >= 2 * ms) ?? smallest(durationMs);
}

function smallest(durationMs: number) {
  return durationMs >= 60 * SECOND_MS ? UNITS[2] : { unit: 'second', ms: SECOND_MS };
}

/** `14:32`, and the day with it where it is another one than now. */
export function clock(atMs: number, timezone: string, nowMs: number): string {
  const { day, time } = formatsOf(timezone);
  const date = day.format(atMs);
  return date === day.format(nowMs) ? time.format(atMs) : `${date}, ${time.format(atMs)}`;
}

interface ClockFormats {
  readonly day: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
}

/** Made once for each time zone: making them costs more than everything else in a step. */
const FORMATS = new Map<string, ClockFormats>();

function formatsOf(timeZone: string): ClockFormats {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  const made: ClockFormats = {
    day: new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' }),
    time: new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
  };
  FORMATS.set(timeZone, made);
  return made;
}
