import type { Hold, Snapshot } from '../model/index.js';
import type { LoadInput } from './load-types.js';
import { massChanges, type Passage } from './mass-change.js';
import type { UnitId } from './problem.js';
import { keysIn } from './settled.js';
import { takeBacksOf } from './take-back.js';
import { trustChanges } from './trust-changes.js';

/** Asks nothing of the past: what would be a mass change if nothing were taken back. */
const NOTHING_BACK: Passage['takeBacks'] = {
  broughtBy: () => undefined,
  wasLive: () => false,
  losesRulesAgain: () => false,
  losesMembersAgain: () => false,
};

/** Why a revision must wait for a person. `touched`: where given, nothing else differs from what is live. */
export function holdsOf(input: LoadInput, after: Snapshot, touched?: ReadonlySet<UnitId>): Hold[] {
  const { previous, nowMs } = input;
  if (previous === undefined) return [];
  const passage: Passage = { before: previous, after, takeBacks: takeBacksOf(input) };
  if (touched === undefined) return [...massChanges(passage), ...trustChanges(previous, after, nowMs)];
  const part: Passage = {
    before: among(previous, touched),
    after: among(after, touched),
    takeBacks: NOTHING_BACK,
  };
  // A loss is never a smaller share of fewer, so what is no mass change of these is none of all. The past is asked only
  // about all, for what is in doubt is told.
  const mass = massChanges(part).length === 0 ? [] : massChanges(passage);
  return [...mass, ...trustChanges(part.before, part.after, nowMs)];
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
