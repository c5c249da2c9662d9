import { hashRuleset } from '@guidon/engine/compile';
import type { Flag, Snapshot } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import type { RulesetDocument } from '@guidon/protocol';
import type { Assignment } from './matrix-flag.js';

/**
 * What the SDK takes as its bootstrap for a run: every flag of the environment as the files say, those of the run pinned
 * to one variant for everybody. Its lineage is no store's, so whatever a server sends replaces it.
 */
export function bootstrapOf(
  snapshot: Snapshot,
  { environment, variants, name }: { environment: string; variants: Assignment; name: string },
): RulesetDocument {
  const flags = new Map<string, Flag>();
  for (const [key, flag] of snapshot.flags) {
    const variant = Object.hasOwn(variants, key) ? variants[key] : undefined;
    flags.set(key, variant === undefined ? flag : pinned(flag, variant));
  }
  const ruleset = resolve({ ...snapshot, flags }, [], environment, `matrix-${name}`);
  const kills = { kills: [], revived: [] };
  return { ...ruleset, lineage: 'matrix', generation: 1, hash: hashRuleset(ruleset), kills };
}

/** As if the flag served one variant everywhere. */
function pinned(flag: Flag, serve: string): Flag {
  return { ...flag, requires: [], environments: new Map(), archived: { date: '1970-01-01', serve } };
}
