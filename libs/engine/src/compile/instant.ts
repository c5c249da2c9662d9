/**
 * Milliseconds since the epoch of a context's date: text as RFC 3339 (`2027-02-01T09:30:00+01:00`), text as a date
 * (`2027-02-01`, meaning 00:00 UTC) or a Date object. NaN for everything else. Text is read without allocating.
 */
export function instantOf(value: unknown): number {
  if (typeof value === 'string') return parseInstant(value);
  if (typeof value !== 'object' || value === null) return Number.NaN;
  try {
    // By internal slot instead of `instanceof`: a Date of another realm is a Date, an object that poses as one is not.
    return Date.prototype.getTime.call(value);
  } catch {
    return Number.NaN;
  }
}

const DAY_MS = 86_400_000;

/** RFC 3339 `date-time` or `full-date`; NaN when the text is neither or names a day or time that does not exist. */
export function parseInstant(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN;
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  const midnight = daysSinceEpoch(year, month, day) * DAY_MS;
  return text.length === 10 ? midnight : midnight + parseTime(text);
}

/** From the `T` on: time of day less the offset. */
function parseTime(text: string): number {
  const separator = text.charCodeAt(10) | 0x20;
  // `T`, `t` or a space, which RFC 3339 allows for readability.
  if (separator !== 0x74 && separator !== 0x20) return Number.NaN;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN;
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  // A leap second (60) is read as the second after it.
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  let at = 19;
  let fraction = 0;
  if (text.charCodeAt(at) === 46) {
    const start = ++at;
    for (let scale = 100; isDigit(text.charCodeAt(at)); at++, scale /= 10) {
      fraction += (text.charCodeAt(at) - 48) * scale;
    }
    if (at === start) return Number.NaN;
  }
  const offsetMs = parseOffset(text, at);
  return ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offsetMs;
}

function parseOffset(text: string, at: number): number {
  const mark = text.charCodeAt(at);
  if ((mark | 0x20) === 0x7a) return text.length === at + 1 ? 0 : Number.NaN;
  if ((mark !== 43 && mark !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58)
    return Number.NaN;
  const hour = digits(text, at + 1, 2);
  const minute = digits(text, at + 4, 2);
  if (!(hour <= 23 && minute <= 59)) return Number.NaN;
  return (mark === 43 ? 1 : -1) * (hour * 60 + minute) * 60_000;
}

/** NaN as soon as one character is not a digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - 48;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March so that leap days come last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
