import { isLastingRefusal } from './back-off.js';
import { GRACE_MARGIN_MS, GRACE_MS } from './constants.js';
import type { Failure } from './ports.js';

/**
 * `starting`: nothing is decided yet. `ready`: what is served is current. `stale`: it was current, or comes from disk
 * or bootstrap. `error`: there is nothing to serve, or it has been stale for longer than the grace period; what there
 * is goes on being served. No state is for good, except `closed`.
 */
export type State = 'starting' | 'ready' | 'stale' | 'error' | 'closed';

export interface Status {
  readonly state: State;
  /** What went wrong last, for people; kept until the next `ready`. */
  readonly trouble: string | undefined;
}

export type StatusTimer = 'init' | 'grace';

export type StatusEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** What is held is what the server has. */
  | { readonly type: 'synced' }
  | { readonly type: 'lost'; readonly failure: Failure }
  | { readonly type: 'timer'; readonly timer: StatusTimer };

export type StatusEffect =
  | {
      readonly type: 'announce';
      readonly state: 'ready' | 'stale' | 'error';
      readonly sentence: string | undefined;
    }
  | { readonly type: 'set-timer'; readonly timer: StatusTimer; readonly delayMs: number }
  | { readonly type: 'clear-timer'; readonly timer: StatusTimer };

export interface StatusSurroundings {
  readonly hasData: boolean;
  readonly windowMs: number;
  readonly initTimeoutMs: number;
}

export const STARTING: Status = { state: 'starting', trouble: undefined };

interface Step {
  readonly state: Status;
  readonly effects: readonly StatusEffect[];
}

/** How long data may be stale before that is an error: longer than a first retry can take, in ms. */
export function graceMs(windowMs: number): number {
  return Math.max(GRACE_MS, windowMs + GRACE_MARGIN_MS);
}

/** The next status, and whom to tell. Pure. */
export function track(status: Status, event: StatusEvent, around: StatusSurroundings): Step {
  if (status.state === 'closed') return { state: status, effects: [] };
  switch (event.type) {
    case 'start': {
      const delayMs = around.initTimeoutMs;
      return { state: status, effects: [{ type: 'set-timer', timer: 'init', delayMs }] };
    }
    case 'stop':
      return { state: { ...status, state: 'closed' }, effects: [clear('init'), clear('grace')] };
    case 'synced':
      return synced(status);
    case 'lost':
      return lost({ ...status, trouble: event.failure.sentence }, event.failure, around);
    case 'timer':
      return event.timer === 'init' ? initElapsed(status, around) : graceElapsed(status);
  }
}

const clear = (timer: StatusTimer): StatusEffect => ({ type: 'clear-timer', timer });

function announce(state: 'ready' | 'stale' | 'error', sentence?: string): StatusEffect {
  return { type: 'announce', state, sentence };
}

function synced(status: Status): Step {
  const effects = [clear('init'), clear('grace')];
  if (status.state !== 'ready') effects.push(announce('ready'));
  return { state: { state: 'ready', trouble: undefined }, effects };
}

function lost(status: Status, failure: Failure, around: StatusSurroundings): Step {
  if (status.state === 'ready') return stale(status, around);
  if (status.state !== 'starting') return { state: status, effects: [] };
  if (around.hasData) return stale(status, around);
  // A key that is refused will not be accepted a second later: whoever waits for the start should hear it now.
  return isLastingRefusal(failure) ? error(status) : { state: status, effects: [] };
}

function initElapsed(status: Status, around: StatusSurroundings): Step {
  if (status.state !== 'starting') return { state: status, effects: [] };
  const sentence = `Nothing came from the server within ${around.initTimeoutMs} ms.`;
  const troubled = { ...status, trouble: status.trouble ?? sentence };
  return around.hasData ? stale(troubled, around) : error(troubled);
}

function graceElapsed(status: Status): Step {
  return status.state === 'stale' ? error(status) : { state: status, effects: [] };
}

function stale(status: Status, around: StatusSurroundings): Step {
  return {
    state: { ...status, state: 'stale' },
    effects: [
      clear('init'),
      { type: 'set-timer', timer: 'grace', delayMs: graceMs(around.windowMs) },
      announce('stale', status.trouble),
    ],
  };
}

function error(status: Status): Step {
  return {
    state: { ...status, state: 'error' },
    effects: [clear('init'), clear('grace'), announce('error', status.trouble)],
  };
}
