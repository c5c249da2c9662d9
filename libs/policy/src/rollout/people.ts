import { whyNotApproved } from './approvals.js';
import { counted } from './counted-time.js';
import { askGates } from './gates.js';
import { alarmIn } from './guard-readings.js';
import { resume } from './resume.js';
import type { EventOf, PersonEvent } from './rollout-event.js';
import { hasEnded, hasNotBegun, type RolloutState } from './rollout-state.js';
import { type Moment, moved, notify, type RolloutStep, refused, stayed } from './rollout-step.js';
import { scheduledState } from './scheduled-state.js';
import { clock } from './sentences.js';
import { goOn } from './tick.js';
import { pause, rollBack } from './turns.js';

/** What a person does. Pausing and taking back are always possible; what lets it grow has to be in order. */
export function act(state: RolloutState, event: PersonEvent, nowMs: number): RolloutStep {
  const moment: Moment = { from: state, event, nowMs };
  switch (event.kind) {
    case 'pause':
      return pauseByHand(moment, state, event.reason);
    case 'resume':
      return resume(moment, state, event);
    case 'advance':
      return advance(moment, state, event);
    case 'approve':
      return approve(moment, state, event);
    case 'roll-back':
      return rollBackByHand(moment, state, event.reason);
    case 'cancel':
      return cancel(moment, state, event.reason);
    case 'acknowledge':
      return acknowledge(moment, state, event.reason);
    case 'restart':
      return restart(moment, state, event);
  }
}

function pauseByHand(moment: Moment, state: RolloutState, reason: string): RolloutStep {
  if (state.phase === 'paused') return stayed(state, `It is paused already. ${state.progress.reason}`);
  if (state.phase === 'rolling-back' || hasEnded(state))
    return refused(state, `It is ${state.phase}: there is nothing to pause.`);
  return pause(moment, state, { reason: 'human', sentence: reason });
}

function advance(moment: Moment, state: RolloutState, { seen, reason }: EventOf<'advance'>): RolloutStep {
  if (state.phase !== 'running' && state.phase !== 'awaiting-approval')
    return refused(state, `It is ${state.phase}: only a running rollout can be taken on.`);
  if (seen.isKilled) return refused(state, 'The flag is killed: revive it, then resume the rollout.');
  const alarm = alarmIn(seen);
  if (alarm !== undefined) return refused(state, `Guard '${alarm.id}' has raised an alarm: ${alarm.reason}`);
  const { nowMs } = moment;
  const now = { ...state, progress: counted(state, seen, nowMs) };
  const answer = askGates({ state: now, seen, nowMs, isByHand: true });
  if (answer.shut !== undefined) return refused(state, answer.shut.reason);
  return goOn(moment, now, { approval: answer.approval?.id, reason });
}

function approve(moment: Moment, state: RolloutState, { approval }: EventOf<'approve'>): RolloutStep {
  const next = state.terms.plan.stages[state.stage + 1];
  if (state.phase !== 'awaiting-approval' || next === undefined)
    return refused(state, `It waits for no approval: it is ${state.phase}. ${state.progress.reason}`);
  const why = whyNotApproved(state, next, { approval, nowMs: moment.nowMs });
  if (why !== undefined) return refused(state, why);
  return moved(moment, {
    transition: 'approved',
    state,
    reason: `${approval.by} has approved '${next.id}'.`,
    effects: [{ kind: 'keep-approval', approval }],
  });
}

function rollBackByHand(moment: Moment, state: RolloutState, reason: string): RolloutStep {
  if (state.phase === 'rolling-back' || state.phase === 'rolled-back')
    return stayed(state, `It is ${state.phase} already. ${state.progress.reason}`);
  if (hasNotBegun(state))
    return refused(state, 'Nobody has it yet, so there is nothing to take back: cancel it.');
  if (state.phase === 'cancelled') return refused(state, 'It was cancelled before anybody had it.');
  if (!state.isInFile)
    return refused(
      state,
      'The change is part of the flag file by now: revert the commit, or press the red button.',
    );
  return rollBack(moment, state, { reason });
}

function cancel(moment: Moment, state: RolloutState, reason: string): RolloutStep {
  if (!hasNotBegun(state))
    return refused(
      state,
      `It is ${state.phase}: only what has not begun can be cancelled. Roll it back instead.`,
    );
  return moved(moment, { transition: 'cancelled', state: cancelledState(state, reason), reason });
}

export function cancelledState(state: RolloutState, reason: string): RolloutState {
  const { pause: _pause, ...rest } = state;
  const waitingFor = { kind: 'person', act: 'restart' } as const;
  return { ...rest, phase: 'cancelled', progress: { ...state.progress, reason, waitingFor } };
}

/** The statistics begin anew, or the same windows would raise the same alarm in the next tick. */
function acknowledge(moment: Moment, state: RolloutState, reason: string): RolloutStep {
  const { alarm, ...rest } = state;
  if (alarm === undefined) return refused(state, 'There is no alarm to acknowledge.');
  if (state.phase !== 'paused' && !hasEnded(state))
    return refused(state, `It is ${state.phase}: acknowledge the alarm when it has stopped.`);
  const act = state.phase === 'paused' ? (state.isKilled ? 'revive' : 'resume') : 'restart';
  const progress = { ...state.progress, waitingFor: { kind: 'person', act } as const };
  return moved(moment, {
    transition: 'acknowledged',
    state: { ...rest, epochMs: moment.nowMs, progress },
    reason,
    effects: [notify('acknowledged', `The alarm of '${alarm.guard}' was acknowledged: ${reason}`)],
  });
}

function restart(moment: Moment, state: RolloutState, event: EventOf<'restart'>): RolloutStep {
  const { phase, alarm } = state;
  if (phase !== 'rolled-back' && phase !== 'cancelled')
    return refused(state, `It is ${phase}: only what was rolled back or cancelled begins anew.`);
  if (!state.isInFile)
    return refused(state, 'The flag file has no rollout any more: put it back, and it begins by itself.');
  if (alarm !== undefined)
    return refused(state, `Acknowledge the alarm of '${alarm.guard}' first: ${alarm.sentence}`);
  if (state.isKilled || event.seen.isKilled) return refused(state, 'The flag is killed: revive it first.');
  const { freeze, timezone } = event.seen;
  if (freeze !== undefined)
    return refused(
      state,
      `Frozen until ${clock(freeze.untilMs, timezone, moment.nowMs)} (${freeze.reason}).`,
    );
  const next = scheduledState(state, event, moment.nowMs);
  return moved(moment, {
    transition: 'restarted',
    state: next,
    reason: event.reason,
    effects: [notify('restarted', event.reason)],
  });
}
