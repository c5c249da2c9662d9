import { whyNotHealthy } from './guard-readings.js';
import type { Observation } from './rollout-event.js';
import type { Progress, RolloutState } from './rollout-state.js';

/** So many periods between two ticks count in full; more is time that nobody watched. */
const PERIODS_WATCHED = 3;

/** Time counts from one tick to the next if it was healthy at both, with everybody having the position. */
export function counted(
  { terms, stage, progress }: RolloutState,
  seen: Observation,
  nowMs: number,
): Progress {
  const { countedAtMs, fullSinceMs, ...rest } = progress;
  if (!seen.propagation.isDone) return rest;
  const full = { ...rest, fullSinceMs: fullSinceMs ?? nowMs };
  if (whyNotHealthy({ plan: terms.plan, stage, seen, nowMs }) !== undefined) return full;
  const gapMs = countedAtMs === undefined ? 0 : Math.max(0, nowMs - countedAtMs);
  const creditMs = rest.creditMs + Math.min(gapMs, PERIODS_WATCHED * seen.periodMs);
  return { ...full, creditMs, countedAtMs: nowMs };
}
