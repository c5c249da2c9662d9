import {
  type Condition,
  canonicalJson,
  type GuardedOutcomes,
  inCodePointOrder,
  type Position,
  planHash,
  type RolloutIntent,
  type RulesetRollout,
  sha256Hex,
} from '../model/index.js';

/** Of the stages reached, per distinct audience the highest percent holds. */
export function resolveRollout(intent: RolloutIntent, position: Position | undefined): RulesetRollout {
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
