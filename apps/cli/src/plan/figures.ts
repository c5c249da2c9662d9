/** `12.5 %`; three decimals at most, as in a flag file. */
export function percent(value: number): string {
  return `${Number(value.toFixed(3))} %`;
}

/** `22.4 %` for what was measured: the decimals beyond are noise. */
export function measuredPercent(value: number): string {
  return `${Number(value.toFixed(Math.abs(value) < 1 ? 2 : 1))} %`;
}

const TIMES = ['', '', 'twice', 'three times', 'four times', 'five times', 'six times', 'seven times'];
TIMES.push('eight times', 'nine times', 'ten times');
const PARTS = ['', '', 'half', 'a third', 'a quarter', 'a fifth', 'a sixth', 'a seventh', 'an eighth'];
PARTS.push('a ninth', 'a tenth');

/** A variant in a sentence; without the quotes "everyone gets on" would not read as one. */
export function variant(name: string): string {
  return `"${name}"`;
}

/** `ten times as many`, `half as many`; empty where a factor would say nothing. */
export function factor(from: number, to: number): string {
  if (from <= 0 || to <= 0) return '';
  const [ratio, words] = to > from ? [to / from, TIMES] : [from / to, PARTS];
  const rounded = Math.round(ratio);
  if (ratio < 1.95) return '';
  const isWhole = Math.abs(ratio - rounded) < 0.05;
  const word = isWhole ? words[rounded] : undefined;
  if (word !== undefined) return `${word} as many`;
  const figure = ratio >= 20 ? rounded : Number(ratio.toFixed(1));
  return to > from ? `${figure} times as many` : `1/${figure} as many`;
}

/** `a`, `a or b`, `a, b or c`; long lists are cut. */
export function listed(names: readonly string[], word: 'and' | 'or', most = 6): string {
  const shown =
    names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} others`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`;
}

const UNITS = [
  [86_400_000, 'day', 'days'],
  [3_600_000, 'hour', 'hours'],
  [60_000, 'minute', 'minutes'],
  [1_000, 'second', 'seconds'],
] as const;

/** `15 minutes`, `24 hours`, in the largest unit that fits without a rest; a day only from two on. */
export function lasting(durationMs: number): string {
  for (const [unitMs, one, many] of UNITS) {
    const amount = durationMs / unitMs;
    if (!Number.isInteger(amount) || amount < 1 || (one === 'day' && amount < 2)) continue;
    return `${amount} ${amount === 1 ? one : many}`;
  }
  return `${durationMs} ms`;
}

/** `2026-12-05 09:00 UTC`, and without the time at midnight. */
export function instant(timeMs: number): string {
  const text = new Date(timeMs).toISOString();
  return timeMs % 86_400_000 === 0 ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}
