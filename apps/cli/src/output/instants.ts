/** `40 s`, `12 min`, `5 h`, `3 days`: enough for a person who asks whether this is old. */
export function age(instant: string, nowMs: number): string {
  return inDuration(nowMs - Date.parse(instant));
}

/** How long until an instant, in the same words; `no time` when it has passed. */
export function timeUntil(instant: string, nowMs: number): string {
  const leftMs = Date.parse(instant) - nowMs;
  return leftMs <= 0 ? 'no time' : inDuration(leftMs);
}

/** A length of time in the same words. */
export function inDuration(lengthMs: number): string {
  const seconds = Math.max(0, Math.round(lengthMs / 1000));
  if (Number.isNaN(seconds)) return 'an unknown time';
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** `14:02:10Z`, and the day before it where that is another one than today's. By UTC, so that people far apart mean the same. */
export function timeOfDay(instant: string, nowMs: number): string {
  const atMs = Date.parse(instant);
  if (Number.isNaN(atMs)) return 'an unknown time';
  const [day = '', time = ''] = new Date(atMs).toISOString().split('T');
  const isToday = new Date(nowMs).toISOString().startsWith(day);
  return `${isToday ? '' : `${day} `}${time.slice(0, 8)}Z`;
}
