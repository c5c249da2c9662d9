import { z } from 'zod';

/** Separates the message from the list of known keys, so that the loader can suggest the nearest one. */
export const KNOWN_KEYS_MARK = 'known keys: ';

/**
 * A map that refuses unknown keys. The message of that refusal carries the keys that are known, because zod's issue
 * names only the wrong one and a suggestion needs both.
 */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(' ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `${KNOWN_KEYS_MARK}${known}` : undefined),
  });
}
