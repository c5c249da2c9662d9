import { applyPatch, hashRuleset } from '@guidon/engine/compile';
import type { Ruleset, RulesetPatch } from '@guidon/engine/model';

export interface LoadedRuleset {
  readonly ruleset: Ruleset;
  readonly hash: string;
}

/** By way of the patch where there is one, so that only what changed is hashed anew. */
export function loadedFrom(
  before: LoadedRuleset | undefined,
  ruleset: Ruleset,
  patch: RulesetPatch | undefined,
): LoadedRuleset {
  if (before === undefined) return { ruleset, hash: hashRuleset(ruleset) };
  return patch === undefined ? before : applyPatch(before.ruleset, before.hash, patch);
}

export function wholePatch({ revision, flags, segments }: Ruleset): RulesetPatch {
  return { revision, set: flags, delete: [], segments };
}
