import { canonicalJson, type Flag, planHash, TOTAL_PARTS, whyNotSafer } from '@guidon/engine/model';
import type { RolloutTerms } from './rollout-state.js';

/** What the flag file asks for in an environment; `undefined`: no rollout. */
export function termsOf(flag: Flag, environment: string): RolloutTerms | undefined {
  const rollout = flag.environments.get(environment)?.rollout;
  if (rollout === undefined) return undefined;
  const { to, bucketing, plan, startMs } = rollout;
  return {
    flag: flag.key,
    environment,
    to,
    unit: bucketing.by,
    salt: bucketing.salt,
    algorithm: bucketing.algorithm,
    plan,
    planHash: planHash(plan),
    ...(startMs === undefined ? {} : { startMs }),
  };
}

/** Two rollouts by one plan, to other variants, are two; when one begins is no part of what it is. */
export function isSameRollout(one: RolloutTerms, other: RolloutTerms): boolean {
  return one.planHash === other.planHash && whyOtherRollout(one, other) === undefined;
}

/** Why a rollout that is under way cannot take up other terms by itself; empty: they are safer in every respect (V9). */
export function whyNotSaferTerms(before: RolloutTerms, after: RolloutTerms): readonly string[] {
  const fixed = whyOtherRollout(before, after);
  return fixed === undefined ? whyNotSafer(before.plan, after.plan) : [fixed];
}

/** Who gets what by which draw is the rollout: with another one the evidence is of something else (V2). */
function whyOtherRollout(before: RolloutTerms, after: RolloutTerms): string | undefined {
  for (const name of ['to', 'unit', 'salt', 'algorithm'] as const)
    if (canonicalJson(before[name]) !== canonicalJson(after[name])) return `'${name}' has changed`;
  return undefined;
}

/**
 * Why not even a person can put a rollout on other terms while it stands in this stage: it would be another rollout, or
 * would grow by that alone. `undefined`: it can be.
 */
export function whyNotAdoptable(
  before: RolloutTerms,
  after: RolloutTerms,
  stage: number,
): string | undefined {
  const end = 'Roll it back and restart it.';
  const other = whyOtherRollout(before, after);
  if (other !== undefined) return `${other}. ${end}`;
  if (after.plan.holdoutParts < before.plan.holdoutParts) return `Fewer would be held out at once. ${end}`;
  for (const [index, old] of before.plan.stages.slice(0, stage + 1).entries()) {
    const now = after.plan.stages[index];
    const isSame =
      now?.id === old.id && canonicalJson(now.audience ?? null) === canonicalJson(old.audience ?? null);
    if (!isSame)
      return `Stage '${old.id}', which is reached, is not in the same place of the new plan. ${end}`;
    if ((now.parts ?? TOTAL_PARTS) > (old.parts ?? TOTAL_PARTS))
      return `Stage '${old.id}', which is reached, would take more at once. ${end}`;
  }
  return undefined;
}
