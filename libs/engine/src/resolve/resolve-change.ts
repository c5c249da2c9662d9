import { diffRulesets } from '../compile/index.js';
import type { Flag, Ruleset, RulesetFlag, RulesetPatch, Snapshot } from '../model/index.js';
import { canonicalJson, inCodePointOrder } from '../model/index.js';
import { asksForSegment, resolve, resolveFlag } from './resolve.js';

/** Content of one environment: `ruleset` is what `resolve` makes of `snapshot` without positions. */
export interface ResolvedContent {
  readonly snapshot: Snapshot;
  readonly ruleset: Ruleset;
}

/**
 * The patch that `diffRulesets` finds between a ruleset and what another snapshot resolves to without positions, at the
 * cost of the flags that are not the same object in both. Undefined when they say the same.
 */
export function resolveChange(
  { snapshot: before, ruleset }: ResolvedContent,
  after: Snapshot,
  revision: string,
): RulesetPatch | undefined {
  const { environment } = ruleset;
  const differing = differingFlags(before, after);
  // Which segments an environment has depends on who asks for them, so a change there is looked at as a whole.
  const old = differing.flatMap((key) => ownEntry(ruleset, key) ?? []);
  const now = differing.flatMap((key): [string, RulesetFlag][] => {
    const flag = after.flags.get(key);
    return flag === undefined ? [] : [[key, resolveFlag(flag, environment, undefined)]];
  });
  const asking = [...old, ...now.map(([, flag]) => flag)].some(asksForSegment);
  if (asking || differ(before.segments, after.segments))
    return diffRulesets(ruleset, resolve(after, [], environment, revision));
  const set = now.filter(([key, flag]) => {
    const known = ownEntry(ruleset, key);
    return known === undefined || (known !== flag && canonicalJson(known) !== canonicalJson(flag));
  });
  const gone = differing.filter((key) => !after.flags.has(key) && ownEntry(ruleset, key) !== undefined);
  return set.length + gone.length === 0
    ? undefined
    : { revision, set: Object.fromEntries(set), delete: gone };
}

function ownEntry({ flags }: Ruleset, key: string): RulesetFlag | undefined {
  return Object.hasOwn(flags, key) ? flags[key] : undefined;
}

/** In code-point order. */
function differingFlags(before: Snapshot, after: Snapshot): string[] {
  const keys: string[] = [];
  for (const [key, flag] of after.flags) if (before.flags.get(key) !== flag) keys.push(key);
  const gone = goneFrom<Flag>(before.flags, after.flags, keys);
  return inCodePointOrder([...keys, ...gone]);
}

/** Only looked for where something can be gone: with as many as before and none of them new, nothing is. */
function goneFrom<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  differing: string[],
): string[] {
  const fresh = differing.filter((key) => !before.has(key)).length;
  if (before.size + fresh === after.size) return [];
  return [...before.keys()].filter((key) => !after.has(key));
}

function differ(before: Snapshot['segments'], after: Snapshot['segments']): boolean {
  if (before.size !== after.size) return true;
  for (const [key, segment] of after) if (before.get(key) !== segment) return true;
  return false;
}
