import type { Condition, Ruleset, RulesetFlag } from '@guidon/engine/model';

/** What one flag or segment leans on. */
interface References {
  readonly flags: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
}

interface Collector {
  readonly flags: Set<string>;
  readonly segments: Set<string>;
}

type Entries = readonly (readonly [string, References])[];

// Patches keep the identity of what they do not touch, so each flag and segment is read once in its life.
const known = new WeakMap<object, References>();

/** Of rulesets that were read: their flags that lean on anything, which most do not. */
const leaning = new WeakMap<Ruleset['flags'], Entries>();

/**
 * Spares reading the flags of a ruleset that were carried over from another one.
 *
 * @param changed keys of all flags that are not the same object in both.
 */
export function carryReferences(before: Ruleset, after: Ruleset, changed: readonly string[]): void {
  const entries = leaning.get(before.flags);
  if (entries === undefined || leaning.has(after.flags)) return;
  const anew = new Set(changed);
  const there = [...anew].filter((key) => Object.hasOwn(after.flags, key));
  const read = there.map((key) => [key, after.flags[key] as RulesetFlag] as const);
  leaning.set(after.flags, [...entries.filter(([key]) => !anew.has(key)), ...leaningAmong(read)]);
}

/**
 * The flags whose answer may have changed: the given ones, and all that lean on them or on the given segments, through
 * any number of steps.
 */
export function flagsAffected(
  ruleset: Ruleset,
  changed: Iterable<string>,
  changedSegments: Iterable<string> = [],
): Set<string> {
  const segments = closeOver(segmentReferences(ruleset), new Set(changedSegments), (r) => r.segments);
  const flags = new Set(changed);
  const references = flagReferences(ruleset);
  for (const [key, { segments: used }] of references) if (meets(used, segments)) flags.add(key);
  return closeOver(references, flags, (r) => r.flags);
}

function closeOver(
  entries: Entries,
  seed: Set<string>,
  leansOn: (references: References) => ReadonlySet<string>,
): Set<string> {
  const reached = new Set(seed);
  if (reached.size === 0) return reached;
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const [key, references] of entries) {
      if (!reached.has(key) && meets(leansOn(references), reached)) reached.add(key);
    }
  }
  return reached;
}

function meets(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  for (const key of one) if (other.has(key)) return true;
  return false;
}

function segmentReferences(ruleset: Ruleset): Entries {
  return Object.entries(ruleset.segments).map(
    ([key, segment]) => [key, remember(segment, (into) => readCondition(segment, into))] as const,
  );
}

function flagReferences({ flags }: Ruleset): Entries {
  const before = leaning.get(flags);
  if (before !== undefined) return before;
  const entries = leaningAmong(Object.entries(flags));
  leaning.set(flags, entries);
  return entries;
}

function leaningAmong(flags: Iterable<readonly [string, RulesetFlag]>): (readonly [string, References])[] {
  const entries: (readonly [string, References])[] = [];
  for (const [key, flag] of flags) {
    const references = remember(flag, (into) => readFlag(flag, into));
    if (references.flags.size + references.segments.size > 0) entries.push([key, references]);
  }
  return entries;
}

function remember(of: unknown, read: (into: Collector) => void): References {
  const before = isObject(of) ? known.get(of) : undefined;
  if (before !== undefined) return before;
  const references: Collector = { flags: new Set(), segments: new Set() };
  try {
    read(references);
  } catch {
    // A shape of a newer server. The flag itself answers GENERAL; it must not spoil the reading of the others.
  }
  if (isObject(of)) known.set(of, references);
  return references;
}

function readFlag(flag: RulesetFlag, into: Collector): void {
  for (const requirement of flag.requires ?? []) into.flags.add(requirement.flag);
  for (const rule of flag.rules ?? []) readCondition(rule.when, into);
  for (const { audience } of flag.rollout?.reached ?? []) {
    if (audience !== undefined) readCondition(audience, into);
  }
}

function readCondition(condition: Condition, into: Collector): void {
  switch (condition.op) {
    case 'all':
    case 'any':
      for (const part of condition.of) readCondition(part, into);
      return;
    case 'not':
      readCondition(condition.of, into);
      return;
    case 'segment':
      for (const segment of condition.any) into.segments.add(segment);
      return;
    case 'flag':
      into.flags.add(condition.flag);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
