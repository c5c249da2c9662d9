import { type Position, type ReachedStage, type Stage, TOTAL_PARTS } from '@guidon/engine/model';
import type { RolloutState } from './rollout-state.js';

/** Where the engine is to take the rollout to be. Kills are not in it: they lie over every position. */
export function positionOf(state: RolloutState): Position {
  const { flag, environment, planHash, to, unit, salt, algorithm, plan } = state.terms;
  const isDone = state.phase === 'completed';
  return {
    flag,
    environment,
    planHash,
    to,
    unit,
    salt,
    algorithm,
    holdoutParts: isDone ? 0 : plan.holdoutParts,
    reached: reachedBy(state).map(reachedStage),
  };
}

/** Stages only add up, so that nobody who was in falls out while it grows; a rollback takes all of them back. */
function reachedBy({ phase, stage, terms }: RolloutState): readonly Stage[] {
  if (phase === 'completed') return terms.plan.stages;
  if (phase === 'rolling-back' || phase === 'rolled-back') return [];
  return terms.plan.stages.slice(0, stage + 1);
}

function reachedStage({ id, audience, parts }: Stage): ReachedStage {
  return { stage: id, ...(audience === undefined ? {} : { audience }), parts: parts ?? TOTAL_PARTS };
}
