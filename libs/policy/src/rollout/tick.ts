import { askGates, type ShutGate, stageOf, whyNotStarted } from './gates.js';
import { alarmIn, expectsData, whyNotHealthy } from './guard-readings.js';
import type { EventOf, Observation } from './rollout-event.js';
import {
  type Alarm,
  hasEnded,
  hasNotBegun,
  type Pause,
  type Progress,
  type RolloutState,
} from './rollout-state.js';
import { type Moment, moved, notify, type RolloutStep, stayed } from './rollout-step.js';
import { span } from './sentences.js';
import { complete, enter, freshProgress, killedState, pause, pausedState, rollBack } from './turns.js';

/** A rollback ends after so long even if nobody can say that everybody has it: it must end when all else is down. */
export const ROLLBACK_WAIT_MS = 600_000;
/** So many periods between two ticks count in full; more is time that nobody watched. */
const PERIODS_WATCHED = 3;

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

export function revivedState(state: RolloutState, nowMs: number): RolloutState {
  const revived = { ...state, isKilled: false };
  return state.pause === undefined ? revived : pausedState(revived, { ...state.pause, sinceMs: nowMs });
}

function killChange(state: RolloutState) {
  const reason = state.isKilled
    ? 'The flag was killed.'
    : 'The flag was revived. Its rollout goes on only when a person resumes it.';
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

function whySilent(state: RolloutState, seen: Observation, nowMs: number): string | undefined {
  const { plan } = state.terms;
  const { fullSinceMs } = state.progress;
  if (plan.noData === undefined || fullSinceMs === undefined || !expectsData(plan, state.stage))
    return undefined;
  const silentMs = nowMs - Math.max(fullSinceMs, seen.newestDataMs ?? fullSinceMs);
  if (silentMs < plan.noData.afterMs) return undefined;
  const act = plan.noData.action === 'rollback' ? 'Rolled back' : 'Paused';
  return `${act}, because no data has come in for ${span(silentMs)}.`;
}

function whyLate(
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
