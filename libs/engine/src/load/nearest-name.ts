/** Levenshtein distance, given up (returning `limit + 1`) once it must exceed `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      const value = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + cost);
      current.push(value);
      least = Math.min(least, value);
    }
    if (least > limit) return limit + 1;
    previous = current;
  }
  return previous[b.length]!;
}

/** The known name that was probably meant, or undefined when none is close. */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  const folded = wrong.slice(0, 128).toLowerCase();
  let best: string | undefined;
  let least = Math.min(3, Math.floor(folded.length / 2) + 1);
  for (const candidate of known) {
    const distance = editDistance(folded, candidate.toLowerCase(), least);
    if (distance < least || (distance === least && best === undefined)) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** "Did you mean …?", or else the names that there are when they are few. */
export function suggestion(wrong: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const nearest = nearestName(wrong, names);
  if (nearest !== undefined && nearest !== wrong) return `Did you mean "${nearest}"?`;
  if (names.length > 0 && names.length <= 12) return `Known here: ${names.join(', ')}.`;
  return undefined;
}
