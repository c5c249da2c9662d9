import type { Condition, RulesetFlag } from '../model/index.js';

/** The flags that a flag asks for, once per place that asks. Segments name no flags. */
export function referencesOf(flag: RulesetFlag): string[] {
  const found = (flag.requires ?? []).map((requirement) => requirement.flag);
  const open: Condition[] = (flag.rules ?? []).map((rule) => rule.when);
  for (const { audience } of flag.rollout?.reached ?? []) if (audience !== undefined) open.push(audience);
  for (let condition = open.pop(); condition !== undefined; condition = open.pop()) {
    if (condition.op === 'all' || condition.op === 'any') open.push(...condition.of);
    else if (condition.op === 'not') open.push(condition.of);
    else if (condition.op === 'flag') found.push(condition.flag);
  }
  return found;
}

/** Whether a flag reads `now` itself, in a rule, an audience or a segment it names. */
export function readsNow(flag: RulesetFlag, segmentReadsNow: (key: string) => boolean): boolean {
  if ((flag.rules ?? []).some((rule) => conditionReadsNow(rule.when, segmentReadsNow))) return true;
  return (flag.rollout?.reached ?? []).some(
    ({ audience }) => audience !== undefined && conditionReadsNow(audience, segmentReadsNow),
  );
}

export function conditionReadsNow(condition: Condition, segmentReadsNow: (key: string) => boolean): boolean {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.of.some((inner) => conditionReadsNow(inner, segmentReadsNow));
    case 'not':
      return conditionReadsNow(condition.of, segmentReadsNow);
    case 'segment':
      return condition.any.some(segmentReadsNow);
    case 'date':
      return condition.attribute === 'now';
    default:
      return false;
  }
}
