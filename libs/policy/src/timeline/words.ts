const MOST_LISTED = 5;

/** `a`, `a and b`, `a, b and c`; of many the first and how many more. */
export function listed(words: readonly string[], most = MOST_LISTED): string {
  if (words.length > most) return `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

export function wordsIn(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function shortCommit(commit: string | undefined): string {
  return commit?.slice(0, 12) ?? 'unknown';
}
