/** `40 s`, `12 min`, `5 h`, `3 days`: enough for a person who asks whether this is old. */
export function age(instant: string, nowMs: number): string {
  return duration(nowMs - Date.parse(instant));
}

/** How long until an instant, in the same words; `no time` when it has passed. */
export function timeUntil(instant: string, nowMs: number): string {
  const leftMs = Date.parse(instant) - nowMs;
  return leftMs <= 0 ? 'no time' : duration(leftMs);
}

function duration(lengthMs: number): string {
  const seconds = Math.max(0, Math.round(lengthMs / 1000));
  if (Number.isNaN(seconds)) return 'an unknown time';
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
