import { applyPatch, diffRulesets, hashRuleset } from '@guidon/engine/compile';
import type { EnvironmentKills, Ruleset, RulesetFlag } from '@guidon/engine/model';
import type { PatchEvent, RulesetDocument } from '@guidon/protocol';

/** A boolean flag that serves one variant to everyone; `off` is safe. */
export function flag(serve: 'on' | 'off', changes: Partial<RulesetFlag> = {}): RulesetFlag {
  const variants = [
    ['off', false],
    ['on', true],
  ] as const;
  return { type: 'boolean', variants, safe: 'off', rest: { serve }, ...changes };
}

export function ruleset(flags: Ruleset['flags'], changes: Partial<Ruleset> = {}): Ruleset {
  return { format: 1, environment: 'production', revision: 'c0ffee', flags, segments: {}, ...changes };
}

export function document(
  generation: number,
  content: Ruleset,
  more: { lineage?: string; kills?: EnvironmentKills } = {},
): RulesetDocument {
  const { lineage = 'l1', kills = { kills: [], revived: [] } } = more;
  return { ...content, lineage, generation, hash: hashRuleset(content), kills };
}

/** The patch that leads from one document to the next, as a server sends it. */
export function patchBetween(before: RulesetDocument, after: RulesetDocument): PatchEvent {
  const difference = diffRulesets(before, after) ?? { revision: after.revision, set: {}, delete: [] };
  const { hash } = applyPatch(before, before.hash, difference);
  return {
    ...difference,
    lineage: after.lineage,
    from: before.generation,
    generation: after.generation,
    hash,
  };
}
