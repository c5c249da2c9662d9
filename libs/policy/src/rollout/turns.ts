import type { Alarm, Pause, Progress, RolloutState, WaitingFor } from './rollout-state.js';
import {
  type Moment,
  moved,
  notify,
  publish,
  type RolloutEffect,
  type RolloutStep,
  type Transition,
} from './rollout-step.js';

const NOTHING: WaitingFor = { kind: 'nothing' };

/** Nothing is counted yet: a stage that is entered or resumed holds from the beginning. */
export function freshProgress(nowMs: number, reason: string, waitingFor: WaitingFor = NOTHING): Progress {
  return { sinceMs: nowMs, creditMs: 0, reason, waitingFor };
}

/** The same without what ends with the phase. */
function leaving(state: RolloutState): Omit<RolloutState, 'pause'> {
  const { pause: _pause, ...rest } = state;
  return rest;
}

/** The state as paused. Whoever was paused already keeps the first reason: it is what a person must see to. */
export function pausedState(state: RolloutState, pause: Pause): RolloutState {
  const act = state.isKilled ? 'revive' : state.alarm === undefined ? 'resume' : 'acknowledge';
  const progress = freshProgress(pause.sinceMs, pause.sentence, { kind: 'person', act });
  return { ...leaving(state), phase: 'paused', pause: state.pause ?? pause, progress };
}

/** A kill stops what grows or would begin to, and leaves alone what goes back or has ended. */
export function killedState(state: RolloutState, sentence: string, nowMs: number): RolloutState {
  const killed = { ...state, isKilled: true };
  if (!['scheduled', 'running', 'awaiting-approval'].includes(state.phase)) return killed;
  return pausedState(killed, { reason: 'unkill', sentence, sinceMs: nowMs });
}

export function pause(moment: Moment, state: RolloutState, why: Omit<Pause, 'sinceMs'>): RolloutStep {
  const next = pausedState(state, { ...why, sinceMs: moment.nowMs });
  const { sentence } = why;
  return moved(moment, {
    transition: 'paused',
    state: next,
    reason: sentence,
    effects: [notify('paused', sentence)],
  });
}

export interface RollBack {
  readonly reason: string;
  readonly alarm?: Alarm;
}

/** Back to what was served before, at once and from wherever it stands. Nothing is asked: not a freeze, not a metric. */
export function rollBack(moment: Moment, state: RolloutState, { reason, alarm }: RollBack): RolloutStep {
  const { stranded: _stranded, ...rest } = leaving(state);
  const next: RolloutState = {
    ...rest,
    phase: 'rolling-back',
    lastGood: 'before',
    rolledBackAtMs: moment.nowMs,
    ...(alarm === undefined ? {} : { alarm }),
    progress: freshProgress(moment.nowMs, reason, { kind: 'propagation', sentence: reason }),
  };
  const effects: RolloutEffect[] = state.isInFile
    ? [publish(next, { isUrgent: true }), { kind: 'propose', what: 'rollback' }]
    : [{ kind: 'withdraw', isUrgent: true }];
  return moved(moment, {
    transition: 'rolling-back',
    state: next,
    reason,
    effects: [...effects, notify('rolling-back', reason)],
  });
}

export interface Entry {
  readonly stage: number;
  readonly transition: Extract<Transition, 'started' | 'advanced'>;
  readonly reason: string;
  /** Id of the approval that lets it in, used up thereby. */
  readonly approval?: string;
}

/** One stage further, and never more than one. */
export function enter(moment: Moment, state: RolloutState, entry: Entry): RolloutStep {
  const { stage, transition, reason, approval } = entry;
  const next: RolloutState = {
    ...leaving(state),
    phase: 'running',
    stage,
    deadlineFromMs: state.deadlineFromMs ?? moment.nowMs,
    consumed: approval === undefined ? state.consumed : [...state.consumed, approval],
    progress: { ...freshProgress(moment.nowMs, reason), status: 'propagating' },
  };
  return moved(moment, {
    transition,
    state: next,
    reason,
    effects: [publish(next), notify(transition, reason)],
  });
}

/** Everybody has it, the hold-out too; what the file says follows by a proposal, or came first. */
export function complete(moment: Moment, state: RolloutState, reason: string): RolloutStep {
  const { stranded: _stranded, ...rest } = leaving(state);
  const next: RolloutState = {
    ...rest,
    phase: 'completed',
    stage: state.terms.plan.stages.length - 1,
    lastGood: 'to',
    progress: freshProgress(moment.nowMs, reason),
  };
  const effects: RolloutEffect[] = state.isInFile
    ? [publish(next), { kind: 'propose', what: 'completion' }]
    : [{ kind: 'withdraw', isUrgent: false }];
  return moved(moment, {
    transition: 'completed',
    state: next,
    reason,
    effects: [...effects, notify('completed', reason)],
  });
}
