import type { Hold, Snapshot } from '../model/index.js';
import type { LoadInput } from './load-types.js';
import { massChanges, type Passage } from './mass-change.js';
import type { UnitId } from './problem.js';
import { keysIn } from './settled.js';
import { trustChanges } from './trust-changes.js';

/** Why a revision must wait for a person. `touched`: where given, nothing else differs from what is live. */
export function holdsOf(input: LoadInput, after: Snapshot, touched?: ReadonlySet<UnitId>): Hold[] {
  const { previous, liveBefore } = input;
  if (previous === undefined) return [];
  const passage = { before: previous, after, liveBefore: liveBefore ?? new Set<string>() };
  if (touched === undefined) return [...massChanges(passage), ...trustChanges(previous, after)];
  const part: Passage = {
    ...passage,
    before: among(previous, touched),
    after: among(after, touched),
  };
  // A loss is never a smaller share of fewer, so what is no mass change of these is none of all.
  const mass = massChanges(part).length === 0 ? [] : massChanges(passage);
  return [...mass, ...trustChanges(part.before, part.after)];
}

function among(snapshot: Snapshot, touched: ReadonlySet<UnitId>): Snapshot {
  const flags = pick(snapshot.flags, keysIn(touched, 'flag'));
  return { ...snapshot, flags, segments: pick(snapshot.segments, keysIn(touched, 'segment')) };
}

function pick<T>(map: ReadonlyMap<string, T>, keys: readonly string[]): ReadonlyMap<string, T> {
  const picked = new Map<string, T>();
  for (const key of keys) {
    const value = map.get(key);
    if (value !== undefined) picked.set(key, value);
  }
  return picked;
}
