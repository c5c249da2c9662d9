import { canonicalJson, type Flag, inCodePointOrder, type Snapshot } from '../model/index.js';
import { diffEnvironment } from './diff-environment.js';
import type { FlagChange } from './flag-change.js';
import { segmentChanges } from './segment-changes.js';

/** What two snapshots say differently, flag by flag in code-point order of keys; empty when they serve the same. */
export function diffSnapshots(before: Snapshot, after: Snapshot): FlagChange[] {
  const touched = segmentChanges(before, after);
  const keys = new Set([...before.flags.keys(), ...after.flags.keys()]);
  return inCodePointOrder(keys).flatMap((key): FlagChange[] => {
    const old = before.flags.get(key);
    const now = after.flags.get(key);
    if (old === undefined) return [{ flag: key, kind: 'flag-added' }];
    if (now === undefined) return [{ flag: key, kind: 'flag-removed' }];
    return [...diffFlag(old, now), ...(touched.get(key) ?? [])];
  });
}

function diffFlag(old: Flag, now: Flag): FlagChange[] {
  const flag = now.key;
  const environments = inCodePointOrder(new Set([...old.environments.keys(), ...now.environments.keys()]));
  return [
    ...diffArchive(old, now),
    ...(old.safe === now.safe ? [] : [{ flag, kind: 'safe' as const, from: old.safe, to: now.safe }]),
    ...diffVariants(old, now),
    ...(same(old.requires, now.requires) ? [] : [{ flag, kind: 'requires' as const }]),
    ...diffDetails(old, now),
    ...environments.flatMap((id) => diffEnvironment({ flag, environment: id }, here(old, id), here(now, id))),
  ];
}

/** An environment that is not listed serves `safe`, so listing it is no change by itself. */
function here(flag: Flag, environment: string) {
  return (
    flag.environments.get(environment) ?? { rules: [], rest: { serve: flag.archived?.serve ?? flag.safe } }
  );
}

function diffArchive(old: Flag, now: Flag): FlagChange[] {
  if (same(old.archived ?? null, now.archived ?? null)) return [];
  if (now.archived !== undefined) return [{ flag: now.key, kind: 'archived', serve: now.archived.serve }];
  return [{ flag: now.key, kind: 'unarchived', serve: old.archived!.serve }];
}

function diffVariants(old: Flag, now: Flag): FlagChange[] {
  const before = new Map(old.variants.map(({ name, value }) => [name, value]));
  const after = new Map(now.variants.map(({ name, value }) => [name, value]));
  const added = [...after.keys()].filter((name) => !before.has(name));
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const changed = [...after]
    .filter(([name, value]) => before.has(name) && !same(before.get(name), value))
    .map(([name]) => name);
  if (added.length + removed.length + changed.length === 0) return [];
  return [{ flag: now.key, kind: 'variants', added, removed, changed }];
}

const DETAILS = ['type', 'owner', 'description', 'expires', 'review', 'tags', 'links', 'essential'] as const;

function diffDetails(old: Flag, now: Flag): FlagChange[] {
  const fields: string[] = DETAILS.filter((field) => !same(old[field] ?? null, now[field] ?? null));
  if (!same([...old.waive], [...now.waive])) fields.push('waive');
  return fields.length === 0 ? [] : [{ flag: now.key, kind: 'details', fields }];
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
