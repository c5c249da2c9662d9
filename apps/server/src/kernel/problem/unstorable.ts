const HALF = /\p{Cs}/u;

/** PostgreSQL keeps no U+0000 in a text, and UTF-8 has no halves of surrogate pairs; JSON may carry both. */
export function isUnstorable(text: string): boolean {
  return text.includes('\0') || HALF.test(text);
}

export const UNSTORABLE =
  'Leave out the character U+0000 and halves of surrogate pairs: they cannot be stored.';

/** Where such texts stand in a JSON value, names included. The value is as shallow as the parser of bodies lets it be. */
export function unstorablePaths(
  value: unknown,
  path: readonly PropertyKey[] = [],
): (readonly PropertyKey[])[] {
  if (typeof value === 'string') return isUnstorable(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const place = [...path, name];
    return isUnstorable(name) ? [place] : unstorablePaths(part, place);
  });
}
