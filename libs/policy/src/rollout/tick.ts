import { counted } from './counted-time.js';
import { askGates, type ShutGate, stageOf, whyNotStarted } from './gates.js';
import { alarmIn } from './guard-readings.js';
import type { EventOf, Observation } from './rollout-event.js';
import { type Alarm, hasEnded, hasNotBegun, type RolloutState } from './rollout-state.js';
import { type Moment, moved, notify, type RolloutStep, stayed } from './rollout-step.js';
import { span } from './sentences.js';
import { complete, enter, freshProgress, killedState, pause, pausedState, rollBack } from './turns.js';
import { whyLate, whySilent } from './why-stopped.js';

/** A rollback ends after so long even if nobody can say that everybody has it: it must end when all else is down. */
export const ROLLBACK_WAIT_MS = 600_000;

/** One look of the controller: at most one transition, alarms before everything else, growth last. */
export function tick(state: RolloutState, event: EventOf<'tick'>, nowMs: number): RolloutStep {
  const moment: Moment = { from: state, event, nowMs };
  const now = withKill(state, event.seen, nowMs);
  const step = look(moment, now, event.seen);
  // Everything else that happens carries the kill along in its own record.
  if (step.effects.length > 0 || now.isKilled === state.isKilled) return step;
  return moved(moment, killChange(step.state));
}

function look(moment: Moment, state: RolloutState, seen: Observation): RolloutStep {
  if (state.phase === 'rolling-back') return finishRollback(moment, state, seen);
  if (hasEnded(state)) return stayed(state, state.progress.reason);
  const reaction = reactToAlarm(moment, state, seen);
  if (reaction !== undefined) return reaction;
  if (state.phase === 'paused') return stayed(state, state.progress.reason);
  if (state.phase === 'scheduled') return start(moment, state, seen);
  return stand(moment, { ...state, progress: counted(state, seen, moment.nowMs) }, seen);
}

/** Kills are written with the row; this is for those that came in another way, such as a peer's journal. */
function withKill(state: RolloutState, { isKilled }: Observation, nowMs: number): RolloutState {
  if (isKilled === state.isKilled) return state;
  if (isKilled) return killedState(state, 'Paused, because the flag was killed.', nowMs);
  return revivedState(state, nowMs);
}

const REVIVED = 'The flag was revived. Its rollout goes on only when a person resumes it.';

export function revivedState(state: RolloutState, nowMs: number): RolloutState {
  const revived = { ...state, isKilled: false };
  if (state.pause === undefined) return revived;
  const paused = pausedState(revived, { ...state.pause, sinceMs: nowMs });
  return { ...paused, progress: { ...paused.progress, reason: REVIVED } };
}

function killChange(state: RolloutState) {
  const reason = state.isKilled ? 'The flag was killed.' : REVIVED;
  const transition = state.isKilled ? ('killed' as const) : ('revived' as const);
  return { transition, state, reason, effects: [notify(transition, reason)] };
}

/** An alarm is latched: the guard may find everything well again in the next tick, and a person must look all the same. */
function reactToAlarm(moment: Moment, state: RolloutState, seen: Observation): RolloutStep | undefined {
  const reading = hasNotBegun(state) ? undefined : alarmIn(seen);
  if (reading === undefined) return undefined;
  const { id, onAlarm, reason } = reading;
  const alarm: Alarm = { guard: id, onAlarm, sentence: reason, sinceMs: moment.nowMs };
  if (onAlarm === 'rollback')
    return rollBack(moment, state, { reason: `Rolled back by guard '${id}': ${reason}`, alarm });
  if (state.alarm !== undefined) return undefined;
  const sentence = `Paused by guard '${id}': ${reason}`;
  const next = pausedState({ ...state, alarm }, { reason: 'guard', sentence, sinceMs: moment.nowMs });
  const transition = state.phase === 'paused' ? ('alarmed' as const) : ('paused' as const);
  return moved(moment, {
    transition,
    state: next,
    reason: sentence,
    effects: [notify(transition, sentence)],
  });
}

function finishRollback(moment: Moment, state: RolloutState, seen: Observation): RolloutStep {
  const { propagation } = seen;
  const waitedMs = moment.nowMs - (state.rolledBackAtMs ?? moment.nowMs);
  if (!propagation.isDone && waitedMs < ROLLBACK_WAIT_MS) {
    const reason = `Rolling back: ${propagation.reason}`;
    const waitingFor = { kind: 'propagation', sentence: propagation.reason } as const;
    return stayed({ ...state, progress: { ...state.progress, reason, waitingFor } }, reason);
  }
  const reason = propagation.isDone
    ? 'Rolled back: everybody has what was served before.'
    : `Rolled back: after ${span(ROLLBACK_WAIT_MS)} not everybody has confirmed it. ${propagation.reason}`;
  const act = state.alarm === undefined ? 'restart' : 'acknowledge';
  const progress = freshProgress(moment.nowMs, reason, { kind: 'person', act });
  const next: RolloutState = { ...state, phase: 'rolled-back', stage: -1, progress };
  return moved(moment, {
    transition: 'rolled-back',
    state: next,
    reason,
    effects: [notify('rolled-back', reason)],
  });
}

function start(moment: Moment, state: RolloutState, seen: Observation): RolloutStep {
  const shut = whyNotStarted({ state, seen, nowMs: moment.nowMs });
  if (shut !== undefined) return stayed(withGate(state, shut), shut.reason);
  const stage = stageOf({ ...state, stage: 0 });
  return enter(moment, state, { stage: 0, transition: 'started', reason: `Begins with '${stage.id}'.` });
}

/** In a stage: stop, go on, or say what it waits for. */
function stand(moment: Moment, state: RolloutState, seen: Observation): RolloutStep {
  const { nowMs } = moment;
  const silence = whySilent(state, seen, nowMs);
  if (silence !== undefined) {
    if (state.terms.plan.noData?.action === 'rollback') return rollBack(moment, state, { reason: silence });
    return pause(moment, state, { reason: 'no-data', sentence: silence });
  }
  const answer = askGates({ state, seen, nowMs });
  const late = whyLate(state, answer.shut, nowMs);
  if (late !== undefined) return pause(moment, state, late);
  if (answer.shut === undefined) return goOn(moment, state, { approval: answer.approval?.id });
  const { shut } = answer;
  const waiting = withGate(state, shut);
  if (shut.waitingFor.kind !== 'approval' || state.phase === 'awaiting-approval')
    return stayed(waiting, shut.reason);
  return moved(moment, {
    transition: 'awaiting',
    state: { ...waiting, phase: 'awaiting-approval' },
    reason: shut.reason,
    effects: [notify('awaiting', shut.reason)],
  });
}

interface WayOn {
  readonly approval: string | undefined;
  /** A person's. */
  readonly reason?: string;
}

/** All gates are open: the next stage, or the end. */
export function goOn(moment: Moment, state: RolloutState, { approval, reason }: WayOn): RolloutStep {
  const { id } = stageOf(state);
  const next = state.terms.plan.stages[state.stage + 1];
  if (next === undefined)
    return complete(moment, state, reason ?? `'${id}' is done, and with it the rollout.`);
  const entry = {
    stage: state.stage + 1,
    transition: 'advanced' as const,
    reason: reason ?? `'${id}' is done. Goes on to '${next.id}'.`,
  };
  return enter(moment, state, approval === undefined ? entry : { ...entry, approval });
}

function withGate(state: RolloutState, { status, reason, waitingFor }: ShutGate): RolloutState {
  return { ...state, progress: { ...state.progress, status, reason, waitingFor } };
}
