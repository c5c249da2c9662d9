import {
  type Condition,
  canonicalJson,
  inCodePointOrder,
  type Ruleset,
  type RulesetFlag,
} from '../model/index.js';

/**
 * Keys of flags that may answer differently under two rulesets of one environment: what they say differs, or a segment
 * or flag that they ask for. All others answer alike for every context, so nobody need try them.
 */
export function affectedFlags(before: Ruleset, after: Ruleset): string[] {
  const segments = affectedSegments(before, after);
  const keys = new Set([...Object.keys(before.flags), ...Object.keys(after.flags)]);
  const affected = new Set<string>();
  const askers = new Map<string, string[]>();
  for (const key of keys) {
    const [old, now] = [own(before.flags, key), own(after.flags, key)];
    const asked = [old, now].flatMap((flag) => (flag === undefined ? [] : referencesOf(flag)));
    if (!isSame(old, now) || asked.some(({ segment }) => segment !== undefined && segments.has(segment)))
      affected.add(key);
    for (const { flag } of asked)
      if (flag !== undefined) askers.set(flag, [...(askers.get(flag) ?? []), key]);
  }
  // A set grows while it is walked, so this follows askers of askers.
  for (const key of affected) for (const asker of askers.get(key) ?? []) affected.add(asker);
  return inCodePointOrder(affected);
}

/** Keys of segments whose condition differs, itself or through another segment. */
export function affectedSegments(before: Ruleset, after: Ruleset): ReadonlySet<string> {
  const keys = new Set([...Object.keys(before.segments), ...Object.keys(after.segments)]);
  const affected = new Set<string>();
  const askers = new Map<string, string[]>();
  for (const key of keys) {
    const [old, now] = [own(before.segments, key), own(after.segments, key)];
    if (!isSame(old, now)) affected.add(key);
    for (const { segment } of [old, now].flatMap((when) => (when === undefined ? [] : asksOf(when))))
      if (segment !== undefined) askers.set(segment, [...(askers.get(segment) ?? []), key]);
  }
  for (const key of affected) for (const asker of askers.get(key) ?? []) affected.add(asker);
  return affected;
}

export interface Asked {
  readonly segment?: string;
  readonly flag?: string;
}

function referencesOf({ requires = [], rules = [], rollout }: RulesetFlag): Asked[] {
  const audiences = (rollout?.reached ?? []).flatMap(({ audience }) => audience ?? []);
  return [
    ...requires.map(({ flag }) => ({ flag })),
    ...[...rules.map(({ when }) => when), ...audiences].flatMap(asksOf),
  ];
}

/** The segments and flags that a condition names. */
export function asksOf(condition: Condition): Asked[] {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.of.flatMap(asksOf);
    case 'not':
      return asksOf(condition.of);
    case 'segment':
      return condition.any.map((segment) => ({ segment }));
    case 'flag':
      return [{ flag: condition.flag }];
    default:
      return [];
  }
}

function own<T>(map: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** `resolve` gives the same object for the same flag, so most comparisons end at once. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
