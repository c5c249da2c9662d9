import { placeOf } from './file-place.js';
import type { LoadInput } from './load-types.js';
import type { Problem } from './problem.js';
import { takeBacksOf } from './take-back.js';
import type { Unit } from './units.js';

/** One answer for each load, found at its first new flag. */
const KEYS = new WeakMap<LoadInput, ReadonlySet<string>>();

/**
 * The key of a flag that was deleted is never used again (sentence 39): code that was forgotten would take the new flag
 * for the old one. A file that comes back as it once was live is no new flag, so a deletion can be reverted.
 */
export function whyKeyUsed(unit: Unit, input: LoadInput): Problem | undefined {
  const { previous, liveBefore } = input;
  if (unit.previous !== undefined || previous === undefined || liveBefore === undefined) return undefined;
  if (!keysEverLive(input).has(unit.key.toLowerCase())) return undefined;
  if (takeBacksOf(input).wasLive(unit, unit.file)) return undefined;
  const sentence = `A flag "${unit.key}" was live before and was deleted.`;
  return { at: [], code: 'key-used-again', sentence };
}

function keysEverLive(input: LoadInput): ReadonlySet<string> {
  const known = KEYS.get(input);
  if (known !== undefined) return known;
  const keys = new Set<string>();
  for (const version of input.liveBefore ?? []) {
    const place = placeOf(version.slice(0, version.lastIndexOf(':')));
    if (place.kind === 'flag') keys.add(place.key.toLowerCase());
  }
  KEYS.set(input, keys);
  return keys;
}
