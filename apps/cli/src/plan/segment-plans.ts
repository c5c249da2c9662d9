import { type Condition, canonicalJson, inCodePointOrder, type Snapshot } from '@guidon/engine/model';
import { segmentsIn } from '@guidon/engine/resolve';
import type { Sides } from './change-words.js';
import { people } from './condition-words.js';
import type { SegmentPlan } from './plan-document.js';

/** Segments whose own condition changes, with the flags that it reaches, also through other segments. */
export function segmentPlans({ before, after }: Sides): SegmentPlan[] {
  const keys = inCodePointOrder(new Set([...before.segments.keys(), ...after.segments.keys()]));
  const changed = keys.filter((key) => {
    const [old, now] = [before, after].map(({ segments }) => segments.get(key)?.when ?? null);
    return canonicalJson(old) !== canonicalJson(now);
  });
  if (changed.length === 0) return [];
  const askers = askersIn(after);
  return changed.map((segment): SegmentPlan => {
    const [old, now] = [before.segments.get(segment)?.when, after.segments.get(segment)?.when];
    const reach = [...reachedBy(segment, after)].flatMap((key) => [...(askers.get(key) ?? [])]);
    return { segment, text: changeWords(old, now), flags: inCodePointOrder(new Set(reach)) };
  });
}

function changeWords(old: Condition | undefined, now: Condition | undefined): string {
  if (now === undefined) return 'It goes.';
  return old === undefined ? `New: ${people(now)}.` : `Before: ${people(old)}. Now: ${people(now)}.`;
}

/** The flags that name a segment themselves, in a rule or as the audience of a stage. */
function askersIn({ flags }: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const askers = new Map<string, Set<string>>();
  for (const { key, environments } of flags.values()) {
    for (const { rules, rollout } of environments.values()) {
      const audiences = (rollout?.plan.stages ?? []).flatMap(({ audience }) => audience ?? []);
      for (const segment of [...rules.map(({ when }) => when), ...audiences].flatMap(segmentsIn))
        askers.set(segment, (askers.get(segment) ?? new Set()).add(key));
    }
  }
  return askers;
}

/** The segment, those that name it, those that name them, and so on. */
function reachedBy(segment: string, { segments }: Snapshot): ReadonlySet<string> {
  const reached = new Set([segment]);
  // A set grows while it is walked, so this follows users of users.
  for (const key of reached)
    for (const user of segments.values()) if (segmentsIn(user.when).includes(key)) reached.add(user.key);
  return reached;
}
