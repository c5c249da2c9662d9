import type { FlagChange } from '@guidon/engine/diff';
import { type Condition, canonicalJson, inCodePointOrder, type Snapshot } from '@guidon/engine/model';
import type { Sides } from './change-words.js';
import { people } from './condition-words.js';
import type { SegmentPlan } from './plan-document.js';

/** Segments whose own condition changes, with the flags that it reaches, also through other segments. */
export function segmentPlans({ before, after }: Sides, changes: readonly FlagChange[]): SegmentPlan[] {
  const keys = inCodePointOrder(new Set([...before.segments.keys(), ...after.segments.keys()]));
  const touched = new Map<string, Set<string>>();
  for (const change of changes) {
    if (change.kind !== 'segment') continue;
    touched.set(change.segment, (touched.get(change.segment) ?? new Set()).add(change.flag));
  }
  return keys.flatMap((segment): SegmentPlan[] => {
    const [old, now] = [before.segments.get(segment)?.when, after.segments.get(segment)?.when];
    if (old !== undefined && now !== undefined && canonicalJson(old) === canonicalJson(now)) return [];
    const reach = [...reachedBy(segment, after)].flatMap((key) => [...(touched.get(key) ?? [])]);
    const flags = inCodePointOrder(new Set(reach));
    if (old === undefined) return now === undefined ? [] : [{ segment, text: `New: ${people(now)}.`, flags }];
    if (now === undefined) return [{ segment, text: 'It goes.', flags }];
    return [{ segment, text: `Before: ${people(old)}. Now: ${people(now)}.`, flags }];
  });
}

/** The segment, those that name it, those that name them, and so on. */
function reachedBy(segment: string, { segments }: Snapshot): ReadonlySet<string> {
  const reached = new Set([segment]);
  // A set grows while it is walked, so this follows users of users.
  for (const key of reached)
    for (const user of segments.values()) if (segmentsIn(user.when).includes(key)) reached.add(user.key);
  return reached;
}

function segmentsIn(condition: Condition): readonly string[] {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.of.flatMap(segmentsIn);
    case 'not':
      return segmentsIn(condition.of);
    case 'segment':
      return condition.any;
    default:
      return [];
  }
}
