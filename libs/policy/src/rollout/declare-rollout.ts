import type { ReachedStage } from '@guidon/engine/model';
import type { DeclaredEvent } from './rollout-event.js';
import type { RolloutState, RolloutTerms } from './rollout-state.js';
import { type Moment, moved, notify, type RolloutStep } from './rollout-step.js';
import { scheduledState } from './scheduled-state.js';
import { pausedState } from './turns.js';

/**
 * The first state of a rollout of which there is no row. Where somebody may have been given the new variant before, the
 * row was lost: beginning at the first stage would take it from most of them and then give it anew, so it is paused, what
 * is live stays, and a person says where it stood.
 */
export function declareRollout(event: DeclaredEvent, nowMs: number): RolloutStep {
  const moment: Moment = { event, nowMs };
  const scheduled = scheduledState(undefined, event, nowMs);
  const { hasServedTo, reached = [] } = event;
  if (!hasServedTo && reached.length === 0) {
    const reason = 'The flag file has a rollout.';
    return moved(moment, {
      transition: 'declared',
      state: scheduled,
      reason,
      effects: [notify('declared', reason)],
    });
  }
  const stage = stageStoodAt(event.terms, reached);
  const stood =
    stage < 0
      ? 'where it stood is not known'
      : `it seems to stand at '${event.terms.plan.stages[stage]?.id}'`;
  const sentence = `Paused, because the record of this rollout is lost, and somebody may have the new variant: ${stood}.`;
  const state: RolloutState = pausedState(
    { ...scheduled, stage, stranded: reached },
    { reason: 'position-lost', sentence, sinceMs: nowMs },
  );
  return moved(moment, {
    transition: 'paused',
    state,
    reason: sentence,
    effects: [notify('paused', sentence)],
  });
}

/** The last stage, if what was reached is the beginning of this plan; else −1. */
function stageStoodAt({ plan }: RolloutTerms, reached: readonly ReachedStage[]): number {
  const isBeginning = reached.every(({ stage }, index) => plan.stages[index]?.id === stage);
  return isBeginning ? reached.length - 1 : -1;
}
