import { canonicalJson, type FlagEnvironment, type Rule, TOTAL_PARTS } from '../model/index.js';
import type { EnvironmentChange } from './flag-change.js';

interface Place {
  readonly flag: string;
  readonly environment: string;
}

/** What one environment of a flag says differently; rules are told apart by id. */
export function diffEnvironment(
  place: Place,
  old: FlagEnvironment,
  now: FlagEnvironment,
): EnvironmentChange[] {
  const before = new Map(old.rules.map((rule) => [rule.id, rule]));
  const after = new Map(now.rules.map((rule) => [rule.id, rule]));
  const changes: EnvironmentChange[] = [];
  for (const rule of old.rules) {
    if (after.has(rule.id)) continue;
    changes.push({ ...place, kind: 'rule-removed', rule: rule.id, outcome: rule.outcome });
  }
  for (const rule of now.rules) {
    const earlier = before.get(rule.id);
    if (earlier === undefined)
      changes.push({ ...place, kind: 'rule-added', rule: rule.id, outcome: rule.outcome });
    else changes.push(...diffRule(place, earlier, rule));
  }
  changes.push(...movedRules(place, old, now));
  if (!same(old.rollout ?? null, now.rollout ?? null)) {
    changes.push({ ...place, kind: 'rollout', from: old.rollout, to: now.rollout });
  }
  if (!same(old.rest, now.rest)) changes.push({ ...place, kind: 'rest', from: old.rest, to: now.rest });
  return changes;
}

function diffRule(place: Place, old: Rule, now: Rule): EnvironmentChange[] {
  const changes: EnvironmentChange[] = [];
  if (!same(old.when, now.when)) changes.push({ ...place, kind: 'rule-condition', rule: now.id });
  const [from, to] = [percentOf(old), percentOf(now)];
  if (from !== to) changes.push({ ...place, kind: 'rule-percent', rule: now.id, from, to });
  if (old.share && now.share && !same(old.share.bucketing, now.share.bucketing)) {
    changes.push({ ...place, kind: 'rule-bucketing', rule: now.id });
  }
  if (!same(old.outcome, now.outcome)) {
    changes.push({ ...place, kind: 'rule-outcome', rule: now.id, from: old.outcome, to: now.outcome });
  }
  return changes;
}

function percentOf(rule: Rule): number {
  return ((rule.share?.parts ?? TOTAL_PARTS) / TOTAL_PARTS) * 100;
}

/** Rules that both have, in another order: the first match wins, so the order is part of the meaning. */
function movedRules(place: Place, old: FlagEnvironment, now: FlagEnvironment): EnvironmentChange[] {
  const ids = new Set(now.rules.map(({ id }) => id));
  const before = old.rules.filter(({ id }) => ids.has(id)).map(({ id }) => id);
  const known = new Set(before);
  const after = now.rules.filter(({ id }) => known.has(id)).map(({ id }) => id);
  return after
    .filter((id, index) => before[index] !== id)
    .map((rule) => ({ ...place, kind: 'rule-moved', rule }));
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
