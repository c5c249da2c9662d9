import { clampWindowMs, isLastingRefusal, retryDelayMs } from './back-off.js';
import { answered, ask, beginToPoll, catchUp, dropRequest, isPolling, requestFailed } from './catch-up.js';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionTimer,
  IDLE,
  type Step,
  type Surroundings,
  stay,
} from './connection-state.js';
import {
  FAILURES_BEFORE_POLL,
  HEALTHY_AFTER_MS,
  HEARTBEAT_MAX_MS,
  HEARTBEAT_MIN_MS,
  HEARTBEATS_TO_DEATH,
  HEARTBEATS_TO_SLEEP,
  HELLO_TIMEOUT_MS,
} from './constants.js';
import type { Failure, Instant } from './ports.js';

export type * from './connection-state.js';
export { STOPPED } from './connection-state.js';

/** The next state of the connection, and what is to be done about it. Pure; an event out of place changes nothing. */
export function connect(state: Connection, event: ConnectionEvent, around: Surroundings): Step {
  if (state.phase === 'stopped') return event.type === 'start' ? open(state) : stay(state);
  switch (event.type) {
    case 'start':
      return stay(state);
    case 'stop':
      return stop(state);
    case 'hello':
      return greet(state, event, around);
    case 'activity':
      return stay({ ...state, activeAtMs: around.now.elapsedMs });
    case 'synced':
      return stay({ ...state, complete: state.phase === 'streaming' });
    case 'goodbye':
      return leave(state, event.windowMs, around);
    case 'stream-failed':
      return isOpen(state) ? drop(state, event.failure, around) : stay(state);
    case 'behind':
      return catchUp(state, event.whole, around);
    case 'answered':
      return answered(state, event.result, around);
    case 'request-failed':
      return requestFailed(state, event.failure, around);
    case 'timer':
      return onTimer(state, event.timer, around);
  }
}

function onTimer(state: Connection, timer: ConnectionTimer, around: Surroundings): Step {
  switch (timer) {
    case 'reconnect':
      return state.phase === 'waiting' ? open(state) : stay(state);
    case 'hello':
      return state.phase === 'connecting' ? drop(state, NO_HELLO, around) : stay(state);
    case 'tick':
      return state.phase === 'streaming' ? tick(state, around) : stay(state);
    case 'request':
      return ask(state);
  }
}

const NO_HELLO: Failure = {
  kind: 'silent',
  sentence: `No hello came within ${HELLO_TIMEOUT_MS / 1_000} s. Is there a proxy that holds streams back?`,
};

const isOpen = (state: Connection) => state.phase === 'connecting' || state.phase === 'streaming';

function open(state: Connection): Step {
  return {
    state: { ...state, phase: 'connecting', helloAtMs: undefined, complete: false },
    effects: [{ type: 'open-stream' }, { type: 'set-timer', timer: 'hello', delayMs: HELLO_TIMEOUT_MS }],
  };
}

function stop(state: Connection): Step {
  const timers = ['reconnect', 'hello', 'tick', 'request'] as const;
  return {
    state: { ...state, phase: 'stopped', request: IDLE },
    effects: [
      { type: 'close-stream' },
      { type: 'cancel-request' },
      ...timers.map((timer) => ({ type: 'clear-timer', timer }) as const),
    ],
  };
}

function greet(
  state: Connection,
  hello: { windowMs: unknown; heartbeatMs: number },
  around: Surroundings,
): Step {
  if (!isOpen(state)) return stay(state);
  const heartbeatMs = Math.min(HEARTBEAT_MAX_MS, Math.max(HEARTBEAT_MIN_MS, hello.heartbeatMs || 0));
  const next: Connection = {
    ...state,
    phase: 'streaming',
    windowMs: clampWindowMs(hello.windowMs, state.windowMs),
    heartbeatMs,
    helloAtMs: state.helloAtMs ?? around.now.elapsedMs,
    activeAtMs: around.now.elapsedMs,
    tickAt: around.now,
    request: state.request.why === 'poll' ? IDLE : state.request,
  };
  const effects: ConnectionEffect[] = [
    { type: 'clear-timer', timer: 'hello' },
    { type: 'set-timer', timer: 'tick', delayMs: heartbeatMs },
  ];
  if (state.request.why === 'poll') effects.push(...dropRequest());
  return { state: next, effects };
}

function tick(state: Connection, around: Surroundings): Step {
  const { now } = around;
  // The monotonic clock of some systems stands still while the machine sleeps; the wall clock does not.
  const gapMs = Math.max(now.elapsedMs - state.tickAt.elapsedMs, now.epochMs - state.tickAt.epochMs);
  if (gapMs > HEARTBEATS_TO_SLEEP * state.heartbeatMs) {
    const sentence = `Nothing ran for ${Math.round(gapMs / 1_000)} s: the machine slept, or the event loop was blocked.`;
    return drop(state, { kind: 'slept', sentence }, around);
  }
  const deadAtMs = state.activeAtMs + HEARTBEATS_TO_DEATH * state.heartbeatMs;
  if (now.elapsedMs >= deadAtMs) {
    const sentence = `The stream was silent for ${HEARTBEATS_TO_DEATH} heartbeats of ${state.heartbeatMs} ms.`;
    return drop(state, { kind: 'silent', sentence }, around);
  }
  const delayMs = Math.min(state.heartbeatMs, deadAtMs - now.elapsedMs);
  return {
    state: { ...state, tickAt: now },
    effects: [{ type: 'set-timer', timer: 'tick', delayMs }],
  };
}

/** Failures to count from: a connection that was healthy for a while wipes the slate. */
function countFrom(state: Connection, now: Instant): { failures: number; extended: boolean } {
  const healthy =
    state.complete && state.helloAtMs !== undefined && now.elapsedMs - state.helloAtMs >= HEALTHY_AFTER_MS;
  return healthy ? { failures: 0, extended: false } : { failures: state.failures, extended: state.extended };
}

function drop(state: Connection, failure: Failure, around: Surroundings): Step {
  const from = countFrom(state, around.now);
  const extended = from.extended || isLastingRefusal(failure);
  const { retryAfterMs } = failure;
  const plan = { failures: from.failures, extended, windowMs: state.windowMs, retryAfterMs };
  return reconnectIn(
    state,
    { failure, extended, failures: from.failures, delayMs: retryDelayMs(plan, around.random) },
    around,
  );
}

/** The server closes on purpose and says over how long its clients shall spread. */
function leave(state: Connection, windowMs: unknown, around: Surroundings): Step {
  if (!isOpen(state)) return stay(state);
  const window = clampWindowMs(windowMs, state.windowMs);
  const failure: Failure = { kind: 'ended', sentence: 'The server said goodbye.' };
  const delayMs = around.random() * window;
  const from = countFrom(state, around.now);
  return reconnectIn({ ...state, windowMs: window }, { failure, ...from, delayMs }, around);
}

interface Reconnection {
  readonly failure: Failure;
  readonly failures: number;
  readonly extended: boolean;
  readonly delayMs: number;
}

function reconnectIn(state: Connection, plan: Reconnection, around: Surroundings): Step {
  const failures = plan.failures + 1;
  const next: Connection = {
    ...state,
    phase: 'waiting',
    failures,
    extended: plan.extended,
    helloAtMs: undefined,
    complete: false,
  };
  const effects: ConnectionEffect[] = [
    { type: 'close-stream' },
    { type: 'clear-timer', timer: 'hello' },
    { type: 'clear-timer', timer: 'tick' },
    { type: 'set-timer', timer: 'reconnect', delayMs: plan.delayMs },
  ];
  // While polls bring the truth, one more failed stream takes nothing away.
  if (isPolling(state)) return { state: next, effects };
  effects.push({ type: 'lost', failure: plan.failure }, ...dropRequest());
  const due = failures >= FAILURES_BEFORE_POLL || !around.hasData;
  if (!due) return { state: { ...next, request: IDLE }, effects };
  const poll = beginToPoll(next, around);
  return { state: poll.state, effects: [...effects, ...poll.effects] };
}
