import { offsetAt } from './wall-clock.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const FORM =
  /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat)(?:-(Sun|Mon|Tue|Wed|Thu|Fri|Sat))? (\d{2}):(\d{2})-(\d{2}):(\d{2})$/;
/** Further than any window, freeze or deadline that somebody would wait for. */
const LONGEST_WAIT_MS = 400 * DAY_MS;

/** `Mon-Thu 09:00-16:00`: days of the week from 0 (Sunday), and minutes after midnight, the last one not included. */
export interface TimeWindow {
  readonly days: ReadonlySet<number>;
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** When something may grow: inside a window (none: always) and outside of every freeze. */
export interface Admission {
  readonly windows: readonly string[];
  /** An IANA name; the windows are hours of its wall clocks. */
  readonly timezone: string;
  readonly freezes: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** `Fri-Mon` goes over the end of the week. Undefined: no window, or one in which there is no time. */
export function parseWindow(text: string): TimeWindow | undefined {
  const [, first, last, fromHour, fromMinute, toHour, toMinute] = FORM.exec(text) ?? [];
  if (first === undefined) return undefined;
  const minutes = (hours: string | undefined, rest: string | undefined) => Number(hours) * 60 + Number(rest);
  const window = { from: minutes(fromHour, fromMinute), to: minutes(toHour, toMinute) };
  if (window.from >= window.to || window.to > 24 * 60) return undefined;
  const [begin, end] = [first, last ?? first].map((day) => DAYS.indexOf(day as (typeof DAYS)[number]));
  const days = new Set<number>();
  for (let day = begin as number; ; day = (day + 1) % 7) {
    days.add(day);
    if (day === end) break;
  }
  return { days, fromMinute: window.from, toMinute: window.to };
}

export function isAdmissible(atMs: number, admission: Admission): boolean {
  return nextAdmissible(atMs, { ...admission, untilMs: atMs }) === atMs;
}

/**
 * The first instant from `fromMs` on at which something may grow. Undefined: none before or at `untilMs`, which is some
 * thirteen months away unless it is given.
 */
export function nextAdmissible(
  fromMs: number,
  {
    windows,
    timezone,
    freezes,
    untilMs = fromMs + LONGEST_WAIT_MS,
  }: Admission & { readonly untilMs?: number },
): number | undefined {
  const parsed = windows.flatMap((text) => parseWindow(text) ?? []);
  if (parsed.length < windows.length && parsed.length === 0) return undefined;
  let atMs = fromMs;
  while (atMs <= untilMs) {
    const freeze = freezes.find(({ fromMs: begin, toMs: end }) => begin <= atMs && atMs < end);
    if (freeze !== undefined) {
      atMs = freeze.toMs;
      continue;
    }
    if (parsed.length === 0) return atMs;
    const open = firstOpen(parsed, timezone, { fromMs: atMs, toMs: Math.min(atMs + DAY_MS, untilMs + 1) });
    if (open === atMs) return atMs;
    // What opens may open within a freeze, so it is looked at once more.
    atMs = open ?? atMs + DAY_MS;
  }
  return undefined;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Within a span whose clocks are not put forward or back, wall time is time plus a constant; others are halved. */
function firstOpen(windows: readonly TimeWindow[], timezone: string, span: Span): number | undefined {
  const { fromMs, toMs } = span;
  if (fromMs >= toMs) return undefined;
  const offsetMs = offsetAt(fromMs, timezone);
  if (offsetAt(toMs - 1, timezone) === offsetMs || toMs - fromMs <= 1) {
    const wall = { fromMs: fromMs + offsetMs, toMs: toMs + offsetMs };
    const opens = windows.flatMap((window) => firstIn(window, wall) ?? []);
    return opens.length === 0 ? undefined : Math.min(...opens) - offsetMs;
  }
  const middleMs = middleOf(span);
  return (
    firstOpen(windows, timezone, { fromMs, toMs: middleMs }) ??
    firstOpen(windows, timezone, { fromMs: middleMs, toMs })
  );
}

/** On a whole minute where there is one inside, since clocks are moved on one. */
function middleOf({ fromMs, toMs }: Span): number {
  const middleMs = Math.floor((fromMs + toMs) / 2);
  const wholeMs = middleMs - (middleMs % MINUTE_MS);
  return wholeMs > fromMs ? wholeMs : Math.max(fromMs + 1, middleMs);
}

/** In wall time. */
function firstIn({ days, fromMinute, toMinute }: TimeWindow, wall: Span): number | undefined {
  for (let dayMs = Math.floor(wall.fromMs / DAY_MS) * DAY_MS; dayMs < wall.toMs; dayMs += DAY_MS) {
    if (!days.has(new Date(dayMs).getUTCDay())) continue;
    const openMs = Math.max(wall.fromMs, dayMs + fromMinute * MINUTE_MS);
    if (openMs < Math.min(wall.toMs, dayMs + toMinute * MINUTE_MS)) return openMs;
  }
  return undefined;
}
