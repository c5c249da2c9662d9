import { type Condition, canonicalJson, type Flag, type Snapshot } from '../model/index.js';
import type { EnvironmentChange } from './flag-change.js';

/** For each flag the segments that changed under it, also through other segments, by environment. */
export function segmentChanges(before: Snapshot, after: Snapshot): ReadonlyMap<string, EnvironmentChange[]> {
  const touched = touchedSegments(before, after);
  const found = new Map<string, EnvironmentChange[]>();
  if (touched.size === 0) return found;
  for (const flag of after.flags.values()) {
    const changes = changesUnder(flag, touched);
    if (changes.length > 0) found.set(flag.key, changes);
  }
  return found;
}

function changesUnder(flag: Flag, touched: ReadonlySet<string>): EnvironmentChange[] {
  return [...flag.environments].flatMap(([environment, { rules, rollout }]) => {
    const audiences = (rollout?.plan.stages ?? []).flatMap(({ audience }) => audience ?? []);
    const names = new Set([...rules.map(({ when }) => when), ...audiences].flatMap(segmentsIn));
    return [...names]
      .filter((name) => touched.has(name))
      .map((segment): EnvironmentChange => ({ flag: flag.key, environment, kind: 'segment', segment }));
  });
}

/** Segments whose own condition changed, and those that name such a one. */
function touchedSegments(before: Snapshot, after: Snapshot): ReadonlySet<string> {
  const touched = new Set<string>();
  const users = new Map<string, string[]>();
  for (const { key, when } of after.segments.values()) {
    const old = before.segments.get(key);
    if (old !== undefined && canonicalJson(old.when) !== canonicalJson(when)) touched.add(key);
    for (const name of segmentsIn(when)) users.set(name, [...(users.get(name) ?? []), key]);
  }
  // A set grows while it is walked, so this follows users of users.
  for (const key of touched) for (const user of users.get(key) ?? []) touched.add(user);
  return touched;
}

function segmentsIn(root: Condition): string[] {
  const names: string[] = [];
  const open = [root];
  for (let condition = open.pop(); condition !== undefined; condition = open.pop()) {
    if (condition.op === 'all' || condition.op === 'any') open.push(...condition.of);
    else if (condition.op === 'not') open.push(condition.of);
    else if (condition.op === 'segment') names.push(...condition.any);
  }
  return names;
}
