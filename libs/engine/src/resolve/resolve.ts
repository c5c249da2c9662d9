import type {
  Condition,
  Flag,
  FlagEnvironment,
  GuardedOutcomes,
  JsonValue,
  Position,
  RolloutIntent,
  Ruleset,
  RulesetFlag,
  RulesetRollout,
  RulesetRule,
  Snapshot,
} from '../model/index.js';
import { canonicalJson, inCodePointOrder, RULESET_FORMAT } from '../model/index.js';

/**
 * Snapshot and positions become the ruleset of one environment. Plain JSON with keys in code-point order and no
 * undefined field, so that equal content gives equal text.
 *
 * @param positions where the rollouts stand; those of other environments, and of rollouts that are no longer in the
 *   file, are ignored. A rollout without a position has not begun and is left out.
 * @param environment an id; one that no flag lists gives a ruleset in which every flag serves `safe`.
 * @param revision commit id that the snapshot was made from.
 */
export function resolve(
  snapshot: Pick<Snapshot, 'flags' | 'segments'>,
  positions: readonly Position[],
  environment: string,
  revision: string,
): Ruleset {
  const standing = new Map<string, Position>();
  for (const position of positions) {
    if (position.environment === environment) standing.set(position.flag, position);
  }
  const flags: [string, RulesetFlag][] = [];
  for (const key of inCodePointOrder(snapshot.flags.keys())) {
    const flag = snapshot.flags.get(key) as Flag;
    flags.push([key, resolveFlag(flag, environment, standing.get(key))]);
  }
  return {
    format: RULESET_FORMAT,
    environment,
    revision,
    // fromEntries defines own properties, so that no key can reach a prototype.
    flags: Object.fromEntries(flags),
    segments: Object.fromEntries(reachableSegments(snapshot, flags)),
  };
}

/** Without a position it depends on the flag alone; the same flag then gives the same object, made once. */
const resolved = new WeakMap<Flag, Map<string, RulesetFlag>>();

export function resolveFlag(flag: Flag, environment: string, position: Position | undefined): RulesetFlag {
  if (position !== undefined) return resolveAnew(flag, environment, position);
  const known = resolved.get(flag) ?? new Map<string, RulesetFlag>();
  const made = known.get(environment) ?? resolveAnew(flag, environment, undefined);
  resolved.set(flag, known.set(environment, made));
  return made;
}

function resolveAnew(flag: Flag, environment: string, position: Position | undefined): RulesetFlag {
  const variants = flag.variants.map(({ name, value }): [string, JsonValue] => [name, value]);
  const head = { type: flag.valueType, variants, safe: flag.safe };
  if (flag.archived !== undefined) return { ...head, rest: { serve: flag.archived.serve } };
  const here = flag.environments.get(environment);
  if (here === undefined) return { ...head, rest: { serve: flag.safe } };
  const rollout =
    here.rollout === undefined || position === undefined ? undefined : resolveRollout(here.rollout, position);
  return {
    ...head,
    ...(flag.requires.length === 0
      ? {}
      : { requires: flag.requires.map(({ flag, variants }) => ({ flag, variants })) }),
    ...(here.rules.length === 0 ? {} : { rules: resolveRules(here) }),
    ...(rollout === undefined ? {} : { rollout }),
    rest: here.rest,
  };
}

function resolveRules(here: FlagEnvironment): RulesetRule[] {
  return here.rules.map(({ id, when, share, outcome }) => ({
    id,
    when,
    ...(share === undefined ? {} : { share }),
    outcome,
  }));
}

/** Of the stages reached, per distinct audience the highest percent holds; undefined when none is reached yet. */
function resolveRollout(intent: RolloutIntent, position: Position): RulesetRollout | undefined {
  const reached = new Map<string, { audience?: Condition; parts: number }>();
  for (const { audience, parts } of position.reached) {
    const id = audience === undefined ? '' : canonicalJson(audience);
    const known = reached.get(id);
    if (known === undefined) reached.set(id, { ...(audience === undefined ? {} : { audience }), parts });
    else if (parts > known.parts) known.parts = parts;
  }
  if (reached.size === 0) return undefined;
  const outcomes = position.outcomes ?? outcomesOf(intent.plan.guards);
  return {
    to: position.to,
    unit: position.unit,
    salt: position.salt,
    algorithm: position.algorithm ?? intent.bucketing.algorithm,
    holdoutParts: position.holdoutParts,
    reached: [...reached.values()],
    ...(Object.keys(outcomes).length === 0 ? {} : { outcomes }),
  };
}

/** What SDKs have to count for guards: those of latency look at durations, all others that name an outcome at failures. */
export function outcomesOf(
  guards: readonly { readonly type: string; readonly outcome?: string }[],
): GuardedOutcomes {
  const named = (isWanted: (type: string) => boolean) =>
    inCodePointOrder(
      new Set(
        guards.flatMap(({ type, outcome }) => (outcome !== undefined && isWanted(type) ? [outcome] : [])),
      ),
    );
  const failures = named((type) => type !== 'latency');
  const durations = named((type) => type === 'latency');
  return {
    ...(failures.length === 0 ? {} : { failures }),
    ...(durations.length === 0 ? {} : { durations }),
  };
}

/** Only what the environment's flags can reach, also through other segments: the rest is nobody's business there. */
function reachableSegments(
  snapshot: Pick<Snapshot, 'segments'>,
  flags: readonly (readonly [string, RulesetFlag])[],
): [string, Condition][] {
  const found = new Map<string, Condition>();
  const open: Condition[] = [];
  for (const [, flag] of flags) {
    for (const rule of flag.rules ?? []) open.push(rule.when);
    for (const { audience } of flag.rollout?.reached ?? []) if (audience !== undefined) open.push(audience);
  }
  for (let condition = open.pop(); condition !== undefined; condition = open.pop()) {
    for (const key of segmentsIn(condition)) {
      const segment = snapshot.segments.get(key);
      if (segment === undefined || found.has(key)) continue;
      found.set(key, segment.when);
      open.push(segment.when);
    }
  }
  return inCodePointOrder(found.keys()).map((key) => [key, found.get(key) as Condition]);
}

/** Whether what the flag answers can depend on a segment. */
export function asksForSegment({ rules = [], rollout }: RulesetFlag): boolean {
  const audiences = (rollout?.reached ?? []).flatMap(({ audience }) => audience ?? []);
  return [...rules.map(({ when }) => when), ...audiences].some((when) => segmentsIn(when).length > 0);
}

/** The segments that a condition names itself, not those that they name. */
export function segmentsIn(condition: Condition): readonly string[] {
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
