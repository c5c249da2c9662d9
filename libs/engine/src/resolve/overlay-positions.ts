import type { Condition, Position, Ruleset, RulesetFlag, RulesetPatch, Snapshot } from '../model/index.js';
import { inCodePointOrder } from '../model/index.js';
import { audiencesOf, resolveFlag, segmentsReachedBy } from './resolve.js';

/** A ruleset that was resolved without positions, and what it was resolved from. */
export interface PositionlessContent {
  readonly ruleset: Ruleset;
  readonly snapshot: Pick<Snapshot, 'flags' | 'segments'>;
}

/**
 * What turns a ruleset without positions into the one with them, at the cost of the flags that have any: the same as
 * `resolve` gives with these positions from the beginning.
 *
 * @param positions as for `resolve`; those that say nothing here are left out.
 * @returns undefined when none says anything.
 */
export function overlayPositions(
  { ruleset, snapshot }: PositionlessContent,
  positions: readonly Position[],
): RulesetPatch | undefined {
  const { environment, revision } = ruleset;
  const standing = new Map(
    positions.flatMap((one) => (one.environment === environment ? [[one.flag, one] as const] : [])),
  );
  const set: [string, RulesetFlag][] = [];
  for (const key of inCodePointOrder(standing.keys())) {
    const flag = snapshot.flags.get(key);
    if (flag === undefined) continue;
    const resolved = resolveFlag(flag, environment, standing.get(key));
    if (resolved.rollout !== undefined) set.push([key, resolved]);
  }
  if (set.length === 0) return undefined;
  // A rollout keeps the audiences that it began with, which the file may no longer have.
  const audiences = set.flatMap(([, flag]) => audiencesOf(flag));
  const segments = segmentsReachedBy(snapshot, audiences).filter(
    ([key]) => !Object.hasOwn(ruleset.segments, key),
  );
  const patch = { revision, set: Object.fromEntries(set), delete: [] };
  return segments.length === 0
    ? patch
    : { ...patch, segments: Object.fromEntries<Condition | null>(segments) };
}
