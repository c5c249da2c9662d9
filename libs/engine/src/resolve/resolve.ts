import type {
  Condition,
  Flag,
  FlagEnvironment,
  JsonValue,
  Position,
  RolloutIntent,
  Ruleset,
  RulesetFlag,
  RulesetRollout,
  RulesetRule,
  Snapshot,
} from '../model/index.js';
import { canonicalJson, inCodePointOrder, planHash, RULESET_FORMAT, sha256Hex } from '../model/index.js';
import { outcomesOf } from './outcomes-of.js';

/**
 * Snapshot and positions become the ruleset of one environment. Plain JSON with keys in code-point order and no
 * undefined field, so that equal content gives equal text.
 *
 * @param positions where the rollouts stand; those of other environments, and of rollouts that are no longer in the
 *   file, are ignored. A rollout without a position has not begun and has reached nobody.
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
    segments: Object.fromEntries(reachableSegments(snapshot, flags, environment)),
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
  const rollout = here.rollout === undefined ? undefined : resolveRollout(here.rollout, position);
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

/** Of the stages reached, per distinct audience the highest percent holds. */
function resolveRollout(intent: RolloutIntent, position: Position | undefined): RulesetRollout {
  if (position === undefined) return { ...declared(intent), reached: [], intent: intentDigest(intent) };
  const reached = new Map<string, { audience?: Condition; parts: number }>();
  for (const { audience, parts } of position.reached) {
    const id = audience === undefined ? '' : canonicalJson(audience);
    const known = reached.get(id);
    if (known === undefined) reached.set(id, { ...(audience === undefined ? {} : { audience }), parts });
    else if (parts > known.parts) known.parts = parts;
  }
  const outcomes = position.outcomes ?? outcomesOf(intent.plan.guards);
  return {
    to: position.to,
    unit: position.unit,
    salt: position.salt,
    algorithm: position.algorithm ?? intent.bucketing.algorithm,
    holdoutParts: position.holdoutParts,
    reached: [...reached.values()],
    intent: intentDigest(intent),
    ...(Object.keys(outcomes).length === 0 ? {} : { outcomes }),
  };
}

/** What the file itself says, which a position keeps as it was when the rollout began. */
function declared({ to, bucketing, plan }: RolloutIntent): Omit<RulesetRollout, 'reached'> {
  const { by: unit, salt, algorithm } = bucketing;
  return { to, unit, salt, algorithm, holdoutParts: plan.holdoutParts };
}

/** Made once for each intent: plans are long, and most flags never change. */
const digests = new WeakMap<RolloutIntent, string>();

function intentDigest(intent: RolloutIntent): string {
  const { to, bucketing, plan, startMs } = intent;
  // What a plan is called says nothing about what it does.
  const made = () => sha256Hex(canonicalJson({ to, bucketing, plan: planHash(plan), startMs })).slice(0, 32);
  const digest = digests.get(intent) ?? made();
  digests.set(intent, digest);
  return digest;
}

/** Only what the environment's flags can reach, also through other segments: the rest is nobody's business there. */
function reachableSegments(
  snapshot: Pick<Snapshot, 'flags' | 'segments'>,
  flags: readonly (readonly [string, RulesetFlag])[],
  environment: string,
): [string, Condition][] {
  const open = flags.flatMap(([key, flag]) => [
    ...(flag.rules ?? []).map(({ when }) => when),
    ...audiencesOf(flag),
    ...plannedAudiences(snapshot.flags.get(key), environment),
  ]);
  return segmentsReachedBy(snapshot, open);
}

/** Who a rollout is to reach: segments count from the beginning, so that none changes unseen before its stage comes. */
export function plannedAudiences(flag: Flag | undefined, environment: string): readonly Condition[] {
  if (flag === undefined || flag.archived !== undefined) return [];
  const { stages = [] } = flag.environments.get(environment)?.rollout?.plan ?? {};
  return stages.flatMap(({ audience }) => audience ?? []);
}

export function audiencesOf({ rollout }: RulesetFlag): readonly Condition[] {
  return (rollout?.reached ?? []).flatMap(({ audience }) => audience ?? []);
}

/** In code-point order of their keys. */
export function segmentsReachedBy(
  snapshot: Pick<Snapshot, 'segments'>,
  conditions: readonly Condition[],
): [string, Condition][] {
  const found = new Map<string, Condition>();
  const open = [...conditions];
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

/** Whether what the flag answers, now or in a later stage of its rollout, can depend on a segment. */
export function asksForSegment(flag: RulesetFlag, planned: readonly Condition[]): boolean {
  const conditions = [...(flag.rules ?? []).map(({ when }) => when), ...audiencesOf(flag), ...planned];
  return conditions.some((when) => segmentsIn(when).length > 0);
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
