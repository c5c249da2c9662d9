import type { Position } from '@guidon/engine/model';
import { positionOf } from './position-of.js';
import type { RolloutApproval, RolloutEvent } from './rollout-event.js';
import type { RolloutState } from './rollout-state.js';

export type Transition =
  | 'declared'
  | 'started'
  | 'advanced'
  | 'awaiting'
  | 'paused'
  | 'resumed'
  | 'alarmed'
  | 'rolling-back'
  | 'rolled-back'
  | 'completed'
  | 'merged'
  | 'cancelled'
  | 'killed'
  | 'revived'
  | 'acknowledged'
  | 'approved'
  | 'restarted'
  | 'plan-adopted'
  | 'file-changed';

export type RolloutActor =
  | { readonly kind: 'controller' }
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'commit'; readonly id: string };

/** The state without what it was declared with: what a transition changes. */
export type Standing = Omit<RolloutState, 'terms' | 'offered'>;

/** One row of the log, the only one of its transition. Replaying all of them gives the state. */
export interface RolloutRecord {
  readonly transition: Transition;
  readonly actor: RolloutActor;
  /** One sentence: why. */
  readonly cause: string;
  readonly atMs: number;
  /** With everything that was seen, such as the guards' evidence. */
  readonly event: RolloutEvent;
  readonly before?: Standing;
  readonly after: Standing;
}

export type RolloutEffect =
  /** `urgent` is not held by waves: it takes people back. */
  | { readonly kind: 'publish'; readonly position: Position; readonly isUrgent: boolean }
  /** The file has no rollout any more, so there is no position to lay over it. */
  | { readonly kind: 'withdraw'; readonly isUrgent: boolean }
  /** Offer the change of the file that says what has become true: `serve: <to>`, or the rollout taken out. */
  | { readonly kind: 'propose'; readonly what: 'completion' | 'rollback' }
  | { readonly kind: 'notify'; readonly transition: Transition; readonly sentence: string }
  | { readonly kind: 'keep-approval'; readonly approval: RolloutApproval }
  | { readonly kind: 'record'; readonly record: RolloutRecord };

export interface RolloutStep {
  readonly state: RolloutState;
  /** In the order in which they are to be done; empty when nothing happened. */
  readonly effects: readonly RolloutEffect[];
  /** One sentence: why, or why not. */
  readonly reason: string;
  /** Only of a person's act that was not done: what to do instead stands in the reason. */
  readonly isRefused?: true;
}

/** A step under way: what it began from, what made it, and when. */
export interface Moment {
  readonly from?: RolloutState;
  readonly event: RolloutEvent;
  readonly nowMs: number;
}

export interface Change {
  readonly transition: Transition;
  readonly state: RolloutState;
  readonly reason: string;
  /** What is to be done besides recording it. */
  readonly effects?: readonly RolloutEffect[];
}

/** A transition happened: it is recorded, once, before anything else is done. */
export function moved({ from, event, nowMs }: Moment, change: Change): RolloutStep {
  const { transition, state, reason, effects = [] } = change;
  const record: RolloutRecord = {
    transition,
    actor: actorOf(event),
    cause: reason,
    atMs: nowMs,
    event,
    ...(from === undefined ? {} : { before: standingOf(from) }),
    after: standingOf(state),
  };
  return { state, effects: [{ kind: 'record', record }, ...effects], reason };
}

/** Nothing happened to record; the progress may have changed. */
export function stayed(state: RolloutState, reason: string): RolloutStep {
  return { state, effects: [], reason };
}

/** A person asked for what cannot be done now. */
export function refused(state: RolloutState, reason: string): RolloutStep {
  return { state, effects: [], reason, isRefused: true };
}

export function publish(state: RolloutState, options: { isUrgent?: boolean } = {}): RolloutEffect {
  return { kind: 'publish', position: positionOf(state), isUrgent: options.isUrgent === true };
}

export function notify(transition: Transition, sentence: string): RolloutEffect {
  return { kind: 'notify', transition, sentence };
}

function standingOf(state: RolloutState): Standing {
  const { terms: _terms, offered: _offered, ...standing } = state;
  return standing;
}

function actorOf(event: RolloutEvent): RolloutActor {
  if (event.kind === 'tick') return { kind: 'controller' };
  return 'by' in event ? { kind: 'person', name: event.by } : { kind: 'commit', id: event.commit };
}
