import { diffRulesets } from '../compile/index.js';
import type { Flag, Ruleset, RulesetFlag, RulesetPatch, Snapshot } from '../model/index.js';
import { canonicalJson, inCodePointOrder, RULESET_FORMAT } from '../model/index.js';
import { asksForSegment, resolve, resolveFlag } from './resolve.js';

type Content = Pick<Snapshot, 'flags' | 'segments'>;

export interface ResolvedChange {
  /** What `diffRulesets` finds between the two rulesets. */
  readonly patch: RulesetPatch;
  /** The ruleset before, perhaps without entries that the patch leaves alone: all that its hash can be carried on from. */
  readonly before: Ruleset;
}

export interface ChangeOptions {
  readonly environment: string;
  readonly revision: string;
  /** Keys of all flags and segments that can differ; absent: any can. */
  readonly touched?: { readonly flags: readonly string[]; readonly segments: readonly string[] } | undefined;
}

/**
 * What changes in one environment between two snapshots that are resolved without positions, at the cost of what
 * differs. Undefined when both say the same.
 */
export function resolveChange(
  before: Content,
  after: Content,
  options: ChangeOptions,
): ResolvedChange | undefined {
  const { environment, revision, touched } = options;
  const keys = touched?.flags ?? [...new Set([...before.flags.keys(), ...after.flags.keys()])];
  const differing = inCodePointOrder(keys.filter((key) => before.flags.get(key) !== after.flags.get(key)));
  const [old, now] = [before, after].map(({ flags }) => resolvedAmong(flags, differing, environment));
  // Which segments an environment has depends on who asks for them, so a change there is looked at as a whole.
  const asking = [...old!.values(), ...now!.values()].some(asksForSegment);
  if (asking || segmentsDiffer(before, after, touched?.segments)) return wholeChange(before, after, options);
  const gone = differing.filter((key) => old!.has(key) && !now!.has(key));
  const set = [...now!].filter(([key, flag]) => {
    const known = old!.get(key);
    return known === undefined || canonicalJson(known) !== canonicalJson(flag);
  });
  if (set.length + gone.length === 0) return undefined;
  const patch = { revision, set: Object.fromEntries(set), delete: gone };
  const flags = Object.fromEntries(old!);
  return { patch, before: { format: RULESET_FORMAT, environment, revision, flags, segments: {} } };
}

function wholeChange(
  before: Content,
  after: Content,
  { environment, revision }: ChangeOptions,
): ResolvedChange | undefined {
  const old = resolve(before, [], environment, revision);
  const patch = diffRulesets(old, resolve(after, [], environment, revision));
  return patch === undefined ? undefined : { patch, before: old };
}

function resolvedAmong(
  flags: ReadonlyMap<string, Flag>,
  keys: readonly string[],
  environment: string,
): ReadonlyMap<string, RulesetFlag> {
  const resolved = new Map<string, RulesetFlag>();
  for (const key of keys) {
    const flag = flags.get(key);
    if (flag !== undefined) resolved.set(key, resolveFlag(flag, environment, undefined));
  }
  return resolved;
}

function segmentsDiffer(before: Content, after: Content, touched: readonly string[] | undefined): boolean {
  const keys = touched ?? [...new Set([...before.segments.keys(), ...after.segments.keys()])];
  return keys.some((key) => before.segments.get(key) !== after.segments.get(key));
}
