import { canonicalJson } from './canonical-json.js';
import type { FlagEnvironment, Rule } from './flag.js';

/**
 * Rules that have another id than before: a new one that takes exactly those whom a rule takes that goes. By the new id,
 * the old rule. Otherwise another id would hide from every comparison what the rule gives to the same people.
 */
export function renamedRules(
  before: FlagEnvironment | undefined,
  after: FlagEnvironment | undefined,
): ReadonlyMap<string, Rule> {
  const [old, now] = [before?.rules ?? [], after?.rules ?? []];
  const gone = old.filter(({ id }) => now.every((rule) => rule.id !== id));
  const renamed = new Map<string, Rule>();
  if (gone.length === 0) return renamed;
  for (const { id, when } of now) {
    if (old.some((rule) => rule.id === id)) continue;
    const condition = canonicalJson(when);
    const index = gone.findIndex((rule) => canonicalJson(rule.when) === condition);
    if (index >= 0) renamed.set(id, gone.splice(index, 1)[0] as Rule);
  }
  return renamed;
}
