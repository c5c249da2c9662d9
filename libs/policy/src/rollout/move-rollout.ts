import { follow } from './git-changes.js';
import { act } from './people.js';
import type { EventOf, RolloutEvent } from './rollout-event.js';
import type { RolloutState } from './rollout-state.js';
import { type Moment, moved, notify, type RolloutStep, stayed } from './rollout-step.js';
import { revivedState, tick } from './tick.js';
import { killedState } from './turns.js';

/**
 * The next state of a rollout, what is to be done about it, and why. Pure and total: an event out of place changes
 * nothing and says so. The state is to be written by compare-and-set on the version of the whole row, and the effects
 * are to be done in the same transaction or after it, in their order; with `declareRollout` this is all that ever moves a
 * rollout. Source: reference note on rollouts, A2.
 */
export function moveRollout(state: RolloutState, event: RolloutEvent, nowMs: number): RolloutStep {
  switch (event.kind) {
    case 'tick':
      return tick(state, event, nowMs);
    case 'killed':
      return kill(state, event, nowMs);
    case 'revived':
      return revive(state, event, nowMs);
    case 'declared':
    case 'file-changed':
    case 'plan-changed':
    case 'removed':
      return follow(state, event, nowMs);
    default:
      return act(state, event, nowMs);
  }
}

function kill(state: RolloutState, event: EventOf<'killed'>, nowMs: number): RolloutStep {
  if (state.isKilled) return stayed(state, 'It is killed already.');
  const sentence = `Killed: ${event.reason}`;
  const next = killedState(state, sentence, nowMs);
  return moved(momentOf(state, event, nowMs), {
    transition: 'killed',
    state: next,
    reason: sentence,
    effects: [notify('killed', sentence)],
  });
}

function revive(state: RolloutState, event: EventOf<'revived'>, nowMs: number): RolloutStep {
  if (!state.isKilled) return stayed(state, 'It is not killed.');
  const next = revivedState(state, nowMs);
  const effects = [notify('revived', event.reason)];
  return moved(momentOf(state, event, nowMs), {
    transition: 'revived',
    state: next,
    reason: event.reason,
    effects,
  });
}

function momentOf(from: RolloutState, event: RolloutEvent, nowMs: number): Moment {
  return { from, event, nowMs };
}
