const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** How far the wall clocks of a time zone are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(atMs: number, timezone: string): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wallMs = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wallMs - Math.floor(atMs / 1000) * 1000;
}

/** Made once for each zone: making one costs a thousand times what using it does. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timezone);
  if (known !== undefined) return known;
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: timezone, hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn' },
    ...numeric,
    ...time,
  });
  FORMATS.set(timezone, made);
  return made;
}
