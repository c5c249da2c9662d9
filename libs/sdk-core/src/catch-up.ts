import { isLastingRefusal, retryDelayMs } from './back-off.js';
import {
  type Connection,
  type ConnectionEffect,
  IDLE,
  type Request,
  type Step,
  type Surroundings,
  stay,
} from './connection-state.js';
import { BACK_OFF_BASE_MS, FIRST_POLL_MS, POLL_INTERVAL_MS, POLL_JITTER } from './constants.js';
import type { Failure } from './ports.js';

export function dropRequest(): ConnectionEffect[] {
  return [{ type: 'cancel-request' }, { type: 'clear-timer', timer: 'request' }];
}

export function isPolling({ request }: Connection): boolean {
  return request.why === 'poll' && request.phase !== 'idle';
}

/** No stream can be had: polls, the first time after a random part of the interval. */
export function beginToPoll(state: Connection, around: Surroundings): Step {
  const firstMs = around.random() * (around.hasData ? POLL_INTERVAL_MS : FIRST_POLL_MS);
  return wait(state, { ...IDLE, why: 'poll' }, firstMs);
}

/** The time to ask has come. */
export function ask(state: Connection): Step {
  if (state.request.phase !== 'waiting') return stay(state);
  const request = { ...state.request, phase: 'running' as const };
  return { state: { ...state, request }, effects: [{ type: 'request', whole: request.whole }] };
}

function wait(state: Connection, request: Omit<Request, 'phase'>, delayMs: number): Step {
  return {
    state: { ...state, request: { ...request, phase: 'waiting' } },
    effects: [{ type: 'set-timer', timer: 'request', delayMs }],
  };
}

/** Something is missing: asks for the whole, in a while. */
export function catchUp(state: Connection, whole: boolean, around: Surroundings): Step {
  if (state.phase !== 'streaming') return stay(state);
  const { request } = state;
  if (request.phase !== 'idle') {
    return stay({ ...state, request: { ...request, whole: request.whole || whole } });
  }
  // A patch that does not fit one client fits none of its kind: they must not all ask in the same second.
  return wait(state, { ...IDLE, whole }, around.random() * state.windowMs);
}

export function answered(
  state: Connection,
  result: 'current' | 'behind' | 'unusable',
  around: Surroundings,
): Step {
  const { request } = state;
  if (request.phase !== 'running') return stay(state);
  if (request.why === 'poll') {
    const again = { ...IDLE, why: 'poll' as const };
    const extended = result === 'unusable';
    return wait(state, again, extended ? extendedMs(state, around) : pollMs(around));
  }
  if (result !== 'behind') return stay({ ...state, request: IDLE });
  return requestAgain(state, undefined, around);
}

export function requestFailed(state: Connection, failure: Failure, around: Surroundings): Step {
  const { request } = state;
  if (request.phase !== 'running') return stay(state);
  if (request.why === 'behind') {
    // The stream still lives, but what it showed cannot be had.
    const again = requestAgain(state, failure, around);
    return { state: again.state, effects: [...again.effects, { type: 'lost', failure }] };
  }
  const { retryAfterMs } = failure;
  const lasting = isLastingRefusal(failure);
  const asked = retryDelayMs(
    { failures: 1, windowMs: state.windowMs, extended: lasting, retryAfterMs },
    around.random,
  );
  const delayMs = lasting || retryAfterMs !== undefined ? asked : pollMs(around);
  const next = wait(state, { ...request, failures: request.failures + 1 }, delayMs);
  return { state: next.state, effects: [...next.effects, { type: 'lost', failure }] };
}

function requestAgain(state: Connection, failure: Failure | undefined, around: Surroundings): Step {
  const failures = state.request.failures + 1;
  const extended = isLastingRefusal(failure);
  const windowMs = Math.max(state.windowMs, BACK_OFF_BASE_MS);
  const plan = { failures, windowMs, extended, retryAfterMs: failure?.retryAfterMs };
  return wait(state, { ...state.request, failures }, retryDelayMs(plan, around.random));
}

const pollMs = ({ random }: Surroundings) =>
  POLL_INTERVAL_MS * (1 - POLL_JITTER + 2 * POLL_JITTER * random());

function extendedMs(state: Connection, { random }: Surroundings): number {
  return retryDelayMs({ failures: 0, windowMs: state.windowMs, extended: true }, random);
}
