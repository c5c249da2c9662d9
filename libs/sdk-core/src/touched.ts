import { diffRulesets } from '@guidon/engine/compile';
import type { Ruleset, RulesetPatch } from '@guidon/engine/model';
import type { PatchEvent } from '@guidon/protocol';

/** The only entries that a patch can have changed. */
export interface Touched {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
}

export function touchedBy({ set, delete: gone, segments = {} }: PatchEvent): Touched {
  return { flags: [...Object.keys(set), ...gone], segments: Object.keys(segments) };
}

/** As `diffRulesets`; where it is known what was touched, nothing else is looked at. */
export function diffTouched(
  before: Ruleset,
  after: Ruleset,
  touched: Touched | undefined,
): RulesetPatch | undefined {
  return diffRulesets(among(before, touched), among(after, touched));
}

function among(ruleset: Ruleset, touched: Touched | undefined): Ruleset {
  if (touched === undefined) return ruleset;
  const { flags, segments } = ruleset;
  return { ...ruleset, flags: pick(flags, touched.flags), segments: pick(segments, touched.segments) };
}

function pick<T>(entries: { readonly [key: string]: T }, keys: readonly string[]): { [key: string]: T } {
  const own = keys.filter((key) => Object.hasOwn(entries, key));
  return Object.fromEntries(own.map((key) => [key, entries[key] as T]));
}
