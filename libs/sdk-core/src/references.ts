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

// Patches keep the identity of what they do not touch, so each flag and segment is read once in its life.
const known = new WeakMap<object, References>();

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
  entries: readonly (readonly [string, References])[],
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

function segmentReferences(ruleset: Ruleset): (readonly [string, References])[] {
  return Object.entries(ruleset.segments).map(
    ([key, segment]) => [key, remember(segment, (into) => readCondition(segment, into))] as const,
  );
}

function flagReferences(ruleset: Ruleset): (readonly [string, References])[] {
  return Object.entries(ruleset.flags).map(
    ([key, flag]) => [key, remember(flag, (into) => readFlag(flag, into))] as const,
  );
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
