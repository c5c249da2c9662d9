import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAdmissible, nextAdmissible, parseWindow } from './time-windows.js';
import { offsetAt } from './wall-clock.js';

const OSLO = { windows: ['Mon-Thu 09:00-16:00'], timezone: 'Europe/Oslo', freezes: [] };
const at = (text: string) => Date.parse(text);
const told = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('parseWindow', () => {
  it('reads days and hours, over the end of a week and up to midnight', () => {
    expect(parseWindow('Mon-Thu 09:00-16:00')).toEqual({
      days: new Set([1, 2, 3, 4]),
      ...{ fromMinute: 540, toMinute: 960 },
    });
    expect([...(parseWindow('Fri-Mon 00:00-24:00')?.days ?? [])].sort()).toEqual([0, 1, 5, 6]);
    expect(parseWindow('Wed 00:00-24:00')?.days).toEqual(new Set([3]));
  });

  it('refuses what has no time in it', () => {
    for (const text of [
      'Mon 16:00-09:00',
      'Mon 09:00-09:00',
      'Mon 09:00-24:30',
      'Mond 09:00-10:00',
      '09:00-10:00',
    ])
      expect(parseWindow(text)).toBeUndefined();
  });
});

describe('nextAdmissible', () => {
  it('stays where it is inside a window and goes to the next opening otherwise', () => {
    expect(told(nextAdmissible(at('2026-11-23T12:00:00+01:00'), OSLO))).toBe('2026-11-23T11:00:00.000Z');
    expect(told(nextAdmissible(at('2026-11-23T16:00:00+01:00'), OSLO))).toBe('2026-11-24T08:00:00.000Z');
    // A Thursday evening: the next window is on Monday.
    expect(told(nextAdmissible(at('2026-11-26T16:00:00+01:00'), OSLO))).toBe('2026-11-30T08:00:00.000Z');
  });

  it('goes by the wall clock when clocks are put forward and back', () => {
    // Between Friday and Monday the clocks of Oslo are put forward (29 March 2026), and back (25 October 2026).
    expect(told(nextAdmissible(at('2026-03-27T12:00:00Z'), OSLO))).toBe('2026-03-30T07:00:00.000Z');
    expect(told(nextAdmissible(at('2026-10-23T12:00:00Z'), OSLO))).toBe('2026-10-26T08:00:00.000Z');
    // A window that begins in the hour that does not exist opens when that hour is over.
    const night = { ...OSLO, windows: ['Sun 02:30-05:00'] };
    expect(told(nextAdmissible(at('2026-03-29T00:00:00Z'), night))).toBe('2026-03-29T01:00:00.000Z');
    // The hour that comes twice is open twice.
    const twice = { ...OSLO, windows: ['Sun 02:00-02:30'] };
    expect(told(nextAdmissible(at('2026-10-25T00:00:00Z'), twice))).toBe('2026-10-25T00:00:00.000Z');
    expect(told(nextAdmissible(at('2026-10-25T00:30:00Z'), twice))).toBe('2026-10-25T01:00:00.000Z');
  });

  it('leaves freezes out, also those that follow on one another and in which a window opens', () => {
    const freezes = [
      { fromMs: at('2026-11-24T00:00:00+01:00'), toMs: at('2026-12-01T00:00:00+01:00') },
      { fromMs: at('2026-12-01T00:00:00+01:00'), toMs: at('2026-12-02T10:00:00+01:00') },
    ];
    expect(told(nextAdmissible(at('2026-11-23T16:00:00+01:00'), { ...OSLO, freezes }))).toBe(
      '2026-12-02T09:00:00.000Z',
    );
    expect(nextAdmissible(at('2026-11-25T00:00:00Z'), { windows: [], timezone: 'UTC', freezes })).toBe(
      freezes[1]?.toMs,
    );
  });

  it('finds nothing where there is nothing', () => {
    const freezes = [{ fromMs: 0, toMs: at('2100-01-01T00:00:00Z') }];
    expect(nextAdmissible(at('2026-11-25T00:00:00Z'), { ...OSLO, freezes })).toBeUndefined();
    expect(nextAdmissible(0, { ...OSLO, windows: ['Mon 10:00-09:00'] })).toBeUndefined();
    const untilMs = at('2026-11-27T00:00:00Z');
    expect(nextAdmissible(at('2026-11-26T16:00:00+01:00'), { ...OSLO, untilMs })).toBeUndefined();
  });

  it('gives the very first instant: it is open, and no minute before it is', () => {
    const zones = fc.constantFrom(
      'Europe/Oslo',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'UTC',
    );
    const days = fc.constantFrom('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun');
    const minute = fc.integer({ min: 0, max: 1439 });
    const clock = (one: number) =>
      `${String(Math.floor(one / 60)).padStart(2, '0')}:${String(one % 60).padStart(2, '0')}`;
    const window = fc
      .tuple(days, days, minute, minute)
      .map(([a, b, x, y]) => `${a}-${b} ${clock(Math.min(x, y))}-${clock(Math.max(x, y) + 1)}`);
    // Around the days on which clocks are moved.
    const begin = fc.constantFrom(
      at('2026-03-28T00:00:00Z'),
      at('2026-10-24T00:00:00Z'),
      at('2026-04-04T00:00:00Z'),
      at('2026-11-01T00:00:00Z'),
    );
    fc.assert(
      fc.property(
        begin,
        fc.nat(172_800),
        fc.array(window, { minLength: 1, maxLength: 2 }),
        zones,
        (from, seconds, windows, timezone) => {
          const admission = { windows, timezone, freezes: [] };
          const fromMs = from + seconds * 1000;
          const found = nextAdmissible(fromMs, admission) as number;
          expect(isOpen(found, windows, timezone)).toBe(true);
          expect(isAdmissible(found, admission)).toBe(true);
          for (let ms = fromMs; ms < Math.min(found, fromMs + 3 * 86_400_000); ms += 60_000)
            if (isOpen(ms, windows, timezone)) throw new Error(`open already at ${told(ms)}`);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** The same question the simple way: by the wall clock of this one instant. */
function isOpen(ms: number, windows: readonly string[], timezone: string): boolean {
  const wall = new Date(ms + offsetAt(ms, timezone));
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  return windows.some((text) => {
    const window = parseWindow(text);
    return window?.days.has(wall.getUTCDay()) && minute >= window.fromMinute && minute < window.toMinute;
  });
}
