export { whyNotApproved } from './approvals.js';
export { isSameRollout, termsOf, whyNotAdoptable, whyNotSaferTerms } from './changed-terms.js';
export { declareRollout } from './declare-rollout.js';
export { expectsData, FRESH_WITHIN_MS, guardsAsked, isRandomised } from './guard-readings.js';
export { moveRollout } from './move-rollout.js';
export { positionOf } from './position-of.js';
export { replayRollout } from './replay.js';
export * from './rollout-event.js';
export * from './rollout-state.js';
export type {
  RolloutActor,
  RolloutEffect,
  RolloutRecord,
  RolloutStep,
  Standing,
  Transition,
} from './rollout-step.js';
export { ROLLBACK_WAIT_MS } from './tick.js';
