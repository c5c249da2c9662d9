const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const MINUTE_MS = 60_000;
const WINDOW = /^(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)$/;

/** Minutes of the week by the clock on the wall, from Monday 00:00; the end is not in it. */
interface WeekSpan {
  readonly from: number;
  readonly to: number;
}

export interface WindowAnswer {
  readonly isOpen: boolean;
  /** The instant at which the next one opens, if none is open and one does within eight days. */
  readonly opensMs?: number;
}

/**
 * Whether a rollout may grow now, and when it next may. Windows are as the plan writes them, such as `Mon-Thu 09:00-16:00`;
 * none at all means always. They go by the clock on the wall of the time zone, so a day on which the clock is put forward or
 * back has them when its clock says so.
 */
export function windowsAt(windows: readonly string[], timezone: string, nowMs: number): WindowAnswer {
  if (windows.length === 0) return { isOpen: true };
  const spans = windows.flatMap(spansOf);
  const minuteOf = wallClock(timezone);
  if (isWithin(spans, minuteOf(nowMs))) return { isOpen: true };
  const opensMs = nextOpening(spans, minuteOf, nowMs);
  return opensMs === undefined ? { isOpen: false } : { isOpen: false, opensMs };
}

/** One span a day; one that ends before it begins goes on into the next day. */
function spansOf(text: string): WeekSpan[] {
  const [, first = '', last = first, ...clock] = WINDOW.exec(text) ?? [];
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = clock.map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  const [begin, end] = [dayOf(first), dayOf(last)];
  if (begin < 0 || end < 0) return [];
  const days = Array.from({ length: ((end - begin + 7) % 7) + 1 }, (_, index) => (begin + index) % 7);
  return days.map((day) => ({
    from: day * DAY_MINUTES + from,
    to: day * DAY_MINUTES + (to > from ? to : to + DAY_MINUTES),
  }));
}

function dayOf(name: string): number {
  return DAYS.findIndex((day) => day === name);
}

function isWithin(spans: readonly WeekSpan[], minute: number): boolean {
  return spans.some(
    ({ from, to }) =>
      (from <= minute && minute < to) || (from <= minute + WEEK_MINUTES && minute + WEEK_MINUTES < to),
  );
}

const CLOCKS = new Map<string, (atMs: number) => number>();

/** What the clock on the wall says at an instant, as a minute of the week. One for each time zone. */
function wallClock(timezone: string): (atMs: number) => number {
  const made = CLOCKS.get(timezone) ?? makeWallClock(timezone);
  CLOCKS.set(timezone, made);
  return made;
}

function makeWallClock(timezone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const day = dayOf(parts.get('weekday') ?? '');
    return day * DAY_MINUTES + Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  };
}

/**
 * Goes from one closed minute to where the next window would begin if no clock were put forward, and looks again. What a
 * jump went too far is taken back minute by minute.
 */
function nextOpening(
  spans: readonly WeekSpan[],
  minuteOf: (atMs: number) => number,
  nowMs: number,
): number | undefined {
  const thisMinuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  let atMs = thisMinuteMs;
  while (atMs < thisMinuteMs + (WEEK_MINUTES + DAY_MINUTES) * MINUTE_MS) {
    const minute = minuteOf(atMs);
    if (isWithin(spans, minute)) {
      while (atMs - MINUTE_MS > nowMs && isWithin(spans, minuteOf(atMs - MINUTE_MS))) atMs -= MINUTE_MS;
      return atMs;
    }
    const waits = spans.map(({ from }) => (from - minute + WEEK_MINUTES) % WEEK_MINUTES || WEEK_MINUTES);
    atMs += Math.min(...waits) * MINUTE_MS;
  }
  return undefined;
}
