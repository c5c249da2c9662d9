import { applyPatch, diffRulesets, hashRuleset } from '@guidon/engine/compile';
import type { Ruleset, RulesetPatch } from '@guidon/engine/model';
import type { ResolvedChange } from '@guidon/engine/resolve';

/** What is kept of a ruleset: its entries are made again from the snapshot where they are asked for. */
export interface LoadedRuleset {
  readonly revision: string;
  readonly hash: string;
}

interface Resolved {
  readonly loaded: LoadedRuleset;
  /** Absent: it says what it said. */
  readonly patch: RulesetPatch | undefined;
}

export function wholeRuleset(ruleset: Ruleset): Resolved {
  const { revision, flags, segments } = ruleset;
  const patch = { revision, set: flags, delete: [], segments };
  return { loaded: { revision, hash: hashRuleset(ruleset) }, patch };
}

/** By way of the patch, so that only what changed is hashed anew. */
export function changedRuleset(before: LoadedRuleset, change: ResolvedChange): Resolved {
  const patch = diffRulesets(change.before, change.after);
  if (patch === undefined) return { loaded: before, patch };
  const { hash } = applyPatch(change.before, before.hash, patch);
  return { loaded: { revision: patch.revision, hash }, patch };
}
