import type { Random } from './back-off.js';
import { DEFAULT_WINDOW_MS, HEARTBEAT_MAX_MS } from './constants.js';
import type { Failure, Instant } from './ports.js';

/** One stream, and beside it at most one plain request: to catch up, or to poll while no stream can be had. */
export interface Connection {
  readonly phase: 'stopped' | 'waiting' | 'connecting' | 'streaming';
  /** Failures since the last healthy connection. */
  readonly failures: number;
  readonly windowMs: number;
  readonly heartbeatMs: number;
  /** The last answers were refusals that waiting will not mend. */
  readonly extended: boolean;
  readonly helloAtMs: number | undefined;
  /** This connection has brought, or confirmed, one complete ruleset. */
  readonly complete: boolean;
  readonly activeAtMs: number;
  readonly tickAt: Instant;
  readonly request: Request;
}

export interface Request {
  readonly phase: 'idle' | 'waiting' | 'running';
  readonly why: 'behind' | 'poll';
  /** Ask without a tag. */
  readonly whole: boolean;
  readonly failures: number;
}

export type ConnectionTimer = 'reconnect' | 'hello' | 'tick' | 'request';

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'hello'; readonly windowMs: unknown; readonly heartbeatMs: number }
  /** Any bytes on the stream, heartbeats included. */
  | { readonly type: 'activity' }
  /** What is held is what the server has. */
  | { readonly type: 'synced' }
  | { readonly type: 'goodbye'; readonly windowMs: unknown }
  | { readonly type: 'stream-failed'; readonly failure: Failure }
  /** Something came that does not fit on what is held. */
  | { readonly type: 'behind'; readonly whole: boolean }
  /** The request was answered; `unusable`: by something that this release cannot read. */
  | { readonly type: 'answered'; readonly result: 'current' | 'behind' | 'unusable' }
  | { readonly type: 'request-failed'; readonly failure: Failure }
  | { readonly type: 'timer'; readonly timer: ConnectionTimer };

export type ConnectionEffect =
  | { readonly type: 'open-stream' }
  | { readonly type: 'close-stream' }
  | { readonly type: 'request'; readonly whole: boolean }
  | { readonly type: 'cancel-request' }
  | { readonly type: 'set-timer'; readonly timer: ConnectionTimer; readonly delayMs: number }
  | { readonly type: 'clear-timer'; readonly timer: ConnectionTimer }
  /** From here on nothing proves that what is held is current. */
  | { readonly type: 'lost'; readonly failure: Failure };

export interface Surroundings {
  readonly random: Random;
  readonly now: Instant;
  /** Something can be evaluated, from whatever source. */
  readonly hasData: boolean;
}

export interface Step {
  readonly state: Connection;
  readonly effects: readonly ConnectionEffect[];
}

export const IDLE: Request = { phase: 'idle', why: 'behind', whole: false, failures: 0 };

export const STOPPED: Connection = {
  phase: 'stopped',
  failures: 0,
  windowMs: DEFAULT_WINDOW_MS,
  heartbeatMs: HEARTBEAT_MAX_MS,
  extended: false,
  helloAtMs: undefined,
  complete: false,
  activeAtMs: 0,
  tickAt: { elapsedMs: 0, epochMs: 0 },
  request: IDLE,
};

export const stay = (state: Connection): Step => ({ state, effects: [] });
