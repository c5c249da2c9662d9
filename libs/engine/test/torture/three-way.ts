/**
 * What Git makes of a text when one step is taken back: `base` is what the step made, `theirs` what was there before it,
 * `ours` what is there now. `undefined` is a conflict, as when both touch the same or neighbouring lines.
 */
export function mergeTexts(base: string, ours: string, theirs: string): string | undefined {
  if (ours === base || ours === theirs) return theirs;
  if (theirs === base) return ours;
  const [old, left, right] = [base, ours, theirs].map((text) => text.split(/(?<=\n)/)) as [
    string[],
    string[],
    string[],
  ];
  const [inLeft, inRight] = [matches(old, left), matches(old, right)];
  const merged: string[] = [];
  let at = { old: 0, left: 0, right: 0 };
  for (let line = 0; line <= old.length; line += 1) {
    const isEnd = line === old.length;
    const next = isEnd
      ? { old: line, left: left.length, right: right.length }
      : { old: line, left: inLeft.get(line) ?? -1, right: inRight.get(line) ?? -1 };
    if (next.left < at.left || next.right < at.right) continue;
    const parts = [
      old.slice(at.old, next.old),
      left.slice(at.left, next.left),
      right.slice(at.right, next.right),
    ];
    const [was, mine, other] = parts.map((part) => part.join('')) as [string, string, string];
    if (mine !== was && other !== was && mine !== other) return undefined;
    merged.push(mine === was ? other : mine);
    if (!isEnd) merged.push(old[line] as string);
    at = { old: next.old + 1, left: next.left + 1, right: next.right + 1 };
  }
  return merged.join('');
}

/** Where each line of one list stands in the other, by a longest common subsequence. */
function matches(from: readonly string[], to: readonly string[]): ReadonlyMap<number, number> {
  const lengths = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1));
  const of = (a: number, b: number): number => lengths[a]?.[b] ?? 0;
  for (let a = from.length - 1; a >= 0; a -= 1) {
    for (let b = to.length - 1; b >= 0; b -= 1)
      (lengths[a] as Uint32Array)[b] =
        from[a] === to[b] ? of(a + 1, b + 1) + 1 : Math.max(of(a + 1, b), of(a, b + 1));
  }
  const found = new Map<number, number>();
  for (let a = 0, b = 0; a < from.length && b < to.length; ) {
    if (from[a] === to[b]) found.set(a++, b++);
    else if (of(a + 1, b) >= of(a, b + 1)) a += 1;
    else b += 1;
  }
  return found;
}
