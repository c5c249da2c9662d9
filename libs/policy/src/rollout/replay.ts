import { declareRollout } from './declare-rollout.js';
import { moveRollout } from './move-rollout.js';
import type { RolloutState } from './rollout-state.js';
import type { RolloutRecord } from './rollout-step.js';

/**
 * The state that the log of one rollout leads to, from its first record on; `undefined`: it has none. What was counted
 * between two transitions is in the later one. What was counted since the last is in the row alone.
 */
export function replayRollout(records: readonly RolloutRecord[]): RolloutState | undefined {
  let state: RolloutState | undefined;
  for (const { event, before, atMs } of records) {
    if (event.kind === 'declared' && (state === undefined || before === undefined)) {
      state = declareRollout(event, atMs).state;
      continue;
    }
    if (state === undefined) continue;
    const counted = before === undefined ? state : { ...state, progress: before.progress };
    state = moveRollout(counted, event, atMs).state;
  }
  return state;
}
