/** At most three known keys that look like what was asked for, nearest first. */
export function nearKeys(asked: string, known: Iterable<string>): string[] {
  const wanted = asked.toLowerCase();
  const most = Math.max(2, Math.floor(wanted.length / 3));
  const near: { key: string; distance: number }[] = [];
  for (const key of known) {
    const candidate = key.toLowerCase();
    if (Math.abs(candidate.length - wanted.length) > most && !candidate.includes(wanted)) continue;
    const distance = candidate.includes(wanted) ? 1 : editDistance(wanted, candidate);
    if (distance <= most) near.push({ key, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.key < b.key ? -1 : 1));
  return near.slice(0, 3).map(({ key }) => key);
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
