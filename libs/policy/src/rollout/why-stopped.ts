import { type ShutGate, stageOf } from './gates.js';
import { expectsData } from './guard-readings.js';
import type { Observation } from './rollout-event.js';
import type { Pause, RolloutState } from './rollout-state.js';
import { span } from './sentences.js';

/** Why missing data end the stage; `undefined`: they came, or nobody waits for them. */
export function whySilent(state: RolloutState, seen: Observation, nowMs: number): string | undefined {
  const { plan } = state.terms;
  const { fullSinceMs } = state.progress;
  if (plan.noData === undefined || fullSinceMs === undefined || !expectsData(plan, state.stage))
    return undefined;
  const silentMs = nowMs - Math.max(fullSinceMs, seen.newestDataMs ?? fullSinceMs);
  if (silentMs < plan.noData.afterMs) return undefined;
  const act = plan.noData.action === 'rollback' ? 'Rolled back' : 'Paused';
  return `${act}, because no data has come in for ${span(silentMs)}.`;
}

/** Why time is up, for the rollout or for a proof. */
export function whyLate(
  state: RolloutState,
  shut: ShutGate | undefined,
  nowMs: number,
): Omit<Pause, 'sinceMs'> | undefined {
  const { prove, id } = stageOf(state);
  const { deadlineMs } = state.terms.plan;
  const { deadlineFromMs, progress } = state;
  if (deadlineMs !== undefined && deadlineFromMs !== undefined && nowMs - deadlineFromMs >= deadlineMs) {
    const sentence = `Paused, because it is not done after ${span(deadlineMs)}. Resume it to give it as long again, or roll it back.`;
    return { reason: 'deadline', sentence };
  }
  if (shut?.status !== 'proving' || prove === undefined || nowMs - progress.sinceMs < prove.withinMs)
    return undefined;
  const sentence = `Paused, because '${id}' has not proved a ratio below ${prove.ratioBelow} within ${span(prove.withinMs)}: too few calls, or it is not so.`;
  return { reason: 'deadline', sentence };
}
