import { isSameRollout, whyNotSaferTerms } from './changed-terms.js';
import { cancelledState } from './people.js';
import type { DeclaredEvent, EventOf, GitEvent } from './rollout-event.js';
import { type FlagFile, hasEnded, hasNotBegun, type RolloutState } from './rollout-state.js';
import { type Moment, moved, notify, publish, type RolloutStep, stayed } from './rollout-step.js';
import { scheduledState } from './scheduled-state.js';
import { complete, pausedState, rollBack } from './turns.js';

/** What the live flag file says has changed. Nothing of it is refused: Git holds the intent. */
export function follow(state: RolloutState, event: GitEvent, nowMs: number): RolloutStep {
  const moment: Moment = { from: state, event, nowMs };
  switch (event.kind) {
    case 'declared':
      return declaredAgain(moment, state, event);
    case 'file-changed':
      return fileChanged(moment, state, event.file);
    case 'plan-changed':
      return planChanged(moment, state, event);
    case 'removed':
      return removed(moment, state, event);
  }
}

/** A rollout that was taken out is in the file again: a new one, unless it is the very one that was rolled back. */
function declaredAgain(moment: Moment, state: RolloutState, event: DeclaredEvent): RolloutStep {
  if (state.isInFile || !hasEnded(state)) return planChanged(moment, state, event);
  if (state.phase === 'rolled-back' && isSameRollout(state.terms, event.terms)) {
    const reason =
      'The rollout that was rolled back is in the flag file again. It begins when a person restarts it.';
    const progress = { ...state.progress, reason };
    const next = { ...state, isInFile: true, file: event.file, progress };
    return moved(moment, { transition: 'file-changed', state: next, reason });
  }
  const reason = 'The flag file has a new rollout.';
  const next = scheduledState(state, event, moment.nowMs);
  return moved(moment, {
    transition: 'declared',
    state: next,
    reason,
    effects: [notify('declared', reason)],
  });
}

/** Approvals were given for the text that was there; who changes it cannot approve it. */
function fileChanged(moment: Moment, state: RolloutState, file: FlagFile): RolloutStep {
  if (file.blob === state.file.blob) return stayed(state, 'The flag file is the same.');
  const reason = 'The flag file was changed. Approvals of what it was do not count any more.';
  return moved(moment, { transition: 'file-changed', state: withFile(state, file), reason });
}

function withFile(state: RolloutState, file: FlagFile): RolloutState {
  const authors = [...new Set([...state.file.authors, ...file.authors])].sort();
  return { ...state, file: { blob: file.blob, authors } };
}

function planChanged(
  moment: Moment,
  state: RolloutState,
  { terms, file }: EventOf<'plan-changed'> | DeclaredEvent,
): RolloutStep {
  const current = withFile(state, file);
  const isLater = hasNotBegun(state) && terms.startMs !== state.terms.startMs;
  if (isSameRollout(state.terms, terms) && !isLater) return backToTheSame(moment, current);
  if (hasEnded(state) || state.phase === 'rolling-back') {
    const reason = 'The plan was changed. It counts when a person restarts the rollout.';
    return moved(moment, { transition: 'file-changed', state: current, reason });
  }
  const unsafe = hasNotBegun(state) ? [] : whyNotSaferTerms(state.terms, terms);
  if (unsafe.length === 0 && state.pause?.reason !== 'position-lost') return adopt(moment, current, terms);
  const why = unsafe.length === 0 ? '' : ` It is not only safer: ${unsafe.join('; ')}.`;
  const sentence = `Paused, because the flag file has another plan by now, which a person must take up.${why}`;
  const pause = { reason: 'plan-changed', sentence, sinceMs: moment.nowMs } as const;
  const paused = pausedState({ ...current, offered: terms }, pause);
  // What the position was remains the first question.
  const next = state.pause?.reason === 'position-lost' ? paused : { ...paused, pause };
  return moved(moment, {
    transition: 'paused',
    state: next,
    reason: sentence,
    effects: [notify('paused', sentence)],
  });
}

function backToTheSame(moment: Moment, state: RolloutState): RolloutStep {
  if (state.offered === undefined) return fileChanged(moment, moment.from ?? state, state.file);
  const { offered: _offered, ...next } = state;
  const reason = 'The flag file has the plan again that the rollout began with.';
  return moved(moment, { transition: 'file-changed', state: next, reason });
}

/** Evidence and hold stay: a safer plan asks for more of them. A lower percent takes people back at once. */
function adopt(moment: Moment, state: RolloutState, terms: RolloutState['terms']): RolloutStep {
  const { offered: _offered, ...rest } = state;
  const phase = state.phase === 'awaiting-approval' ? 'running' : state.phase;
  const next: RolloutState = { ...rest, phase, terms };
  const reason = hasNotBegun(state)
    ? 'The plan was changed before it began.'
    : 'The plan was changed toward safety. Approvals of the old one do not count any more.';
  const effects = state.stage < 0 ? [] : [publish(next)];
  return moved(moment, { transition: 'plan-adopted', state: next, reason, effects });
}

/** Sentence 35: completed if the file now serves to everyone what was rolled out, else rolled back. */
function removed(moment: Moment, state: RolloutState, { servesTo }: EventOf<'removed'>): RolloutStep {
  const out: RolloutState = { ...state, isInFile: false };
  if (state.phase === 'completed' && servesTo) {
    const reason = 'The flag file says by now what the rollout has led to.';
    const effects = [{ kind: 'withdraw', isUrgent: false } as const];
    return moved(moment, { transition: 'merged', state: out, reason, effects });
  }
  if (state.phase === 'rolling-back' || state.phase === 'rolled-back' || state.phase === 'cancelled') {
    if (!state.isInFile) return stayed(state, 'The flag file has had no rollout before.');
    const reason = 'The rollout was taken out of the flag file.';
    const effects = [{ kind: 'withdraw', isUrgent: true } as const];
    return moved(moment, { transition: 'file-changed', state: out, reason, effects });
  }
  if (servesTo)
    return complete(moment, out, 'Completed, because the flag file gives to everyone what was rolled out.');
  const reason = 'The rollout was taken out of the flag file.';
  if (hasNotBegun(state))
    return moved(moment, {
      transition: 'cancelled',
      state: cancelledState(out, reason),
      reason,
      // A run before this one may have left a position.
      effects: [{ kind: 'withdraw', isUrgent: false }],
    });
  return rollBack(moment, out, {
    reason: `Rolled back, because ${reason[0]?.toLowerCase()}${reason.slice(1)}`,
  });
}
