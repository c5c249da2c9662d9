import type { Flag, Ruleset, RulesetFlag, Snapshot } from '../model/index.js';
import { inCodePointOrder, RULESET_FORMAT } from '../model/index.js';
import { asksForSegment, plannedAudiences, resolve, resolveFlag } from './resolve.js';

type Content = Pick<Snapshot, 'flags' | 'segments'>;

/** Two rulesets from which entries that are the same in both may be missing: enough to tell the one from the other. */
export interface ResolvedChange {
  readonly before: Ruleset;
  readonly after: Ruleset;
}

export interface ChangeOptions {
  readonly environment: string;
  readonly revision: string;
  /** Keys of all flags and segments that can differ; absent: any can. */
  readonly touched?: { readonly flags: readonly string[]; readonly segments: readonly string[] } | undefined;
}

/**
 * What differs in one environment between two snapshots that are resolved without positions, at the cost of what
 * differs: `diffRulesets` finds between the two what it would find between the whole rulesets, and a hash of the whole
 * can be carried on with it.
 */
export function resolveChange(before: Content, after: Content, options: ChangeOptions): ResolvedChange {
  const { environment, revision, touched } = options;
  const keys = touched?.flags ?? [...new Set([...before.flags.keys(), ...after.flags.keys()])];
  const differing = inCodePointOrder(keys.filter((key) => before.flags.get(key) !== after.flags.get(key)));
  const [old, now] = [before, after].map(({ flags }) => resolvedAmong(flags, differing, environment));
  // Which segments an environment has depends on who asks for them, so a change there is looked at as a whole.
  const isAsking = ({ flags }: Content, among: readonly [string, RulesetFlag][]) =>
    among.some(([key, flag]) => asksForSegment(flag, plannedAudiences(flags.get(key), environment)));
  const asking = isAsking(before, old!) || isAsking(after, now!);
  const isWhole = asking || segmentsDiffer(before, after, touched?.segments);
  const ruleset = (content: Content, flags: [string, RulesetFlag][]): Ruleset => {
    if (isWhole) return resolve(content, [], environment, revision);
    return { format: RULESET_FORMAT, environment, revision, flags: Object.fromEntries(flags), segments: {} };
  };
  return { before: ruleset(before, old!), after: ruleset(after, now!) };
}

function resolvedAmong(
  flags: ReadonlyMap<string, Flag>,
  keys: readonly string[],
  environment: string,
): [string, RulesetFlag][] {
  return keys.flatMap((key): [string, RulesetFlag][] => {
    const flag = flags.get(key);
    return flag === undefined ? [] : [[key, resolveFlag(flag, environment, undefined)]];
  });
}

function segmentsDiffer(before: Content, after: Content, touched: readonly string[] | undefined): boolean {
  const keys = touched ?? [...new Set([...before.segments.keys(), ...after.segments.keys()])];
  return keys.some((key) => before.segments.get(key) !== after.segments.get(key));
}
