import type { Flag, RulesetFlag } from '@guidon/engine/model';
import type { LoadSlice } from './load-messages.js';

/** Small flags are cheap to receive, 200 of them take about a millisecond; big ones are counted by their rules. */
const WEIGHT_OF_SLICE = 400;

/** Cuts what changed into portions, flags first, then environment by environment. */
export function cutIntoSlices(
  flags: readonly (readonly [string, Flag])[],
  rulesets: ReadonlyMap<string, readonly (readonly [string, RulesetFlag])[]>,
): LoadSlice[] {
  const slices: LoadSlice[] = portions(flags, weightOfFlag).map((part) => ({ kind: 'flags', flags: part }));
  for (const [environment, changed] of rulesets) {
    for (const part of portions(changed, weightOfRulesetFlag))
      slices.push({ kind: 'ruleset', environment, flags: part });
  }
  return slices;
}

function portions<T>(
  entries: readonly (readonly [string, T])[],
  weigh: (value: T) => number,
): (readonly [string, T])[][] {
  const parts: (readonly [string, T])[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (weight >= WEIGHT_OF_SLICE) {
      parts.push([]);
      weight = 0;
    }
    parts.at(-1)?.push(entry);
    weight += weigh(entry[1]);
  }
  return parts;
}

function weightOfFlag(flag: Flag): number {
  let weight = 2;
  for (const { rules } of flag.environments.values()) weight += rules.length;
  return weight;
}

function weightOfRulesetFlag(flag: RulesetFlag): number {
  return 1 + (flag.rules?.length ?? 0);
}
