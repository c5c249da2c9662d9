import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  connect,
  STOPPED,
} from './connection.js';
import type { Failure } from './ports.js';

const refused: Failure = { kind: 'network', sentence: 'refused' };
const hello = { type: 'hello', windowMs: 2_000, heartbeatMs: 1_000 } as const;
const timer = (name: 'reconnect' | 'hello' | 'tick' | 'request') => ({ type: 'timer', timer: name }) as const;

/** Plays events one after the other; each may come with its own time, random number and data. */
function play(
  events: readonly (ConnectionEvent & { at?: number; slept?: number; u?: number; empty?: boolean })[],
  from: Connection = STOPPED,
) {
  let state = from;
  let effects: readonly ConnectionEffect[] = [];
  let at = 0;
  for (const event of events) {
    at = event.at ?? at;
    const now = { elapsedMs: at, epochMs: 1e12 + at + (event.slept ?? 0) };
    ({ state, effects } = connect(state, event, {
      now,
      random: () => event.u ?? 0.5,
      hasData: event.empty !== true,
    }));
  }
  const delayOf = (name: string) => {
    const set = effects.find((effect) => effect.type === 'set-timer' && effect.timer === name);
    return set?.type === 'set-timer' ? set.delayMs : undefined;
  };
  return { state, effects, types: effects.map((effect) => effect.type), delayOf };
}

const failed = (failure: Failure = refused) => ({ type: 'stream-failed', failure }) as const;
const status = (code: number, retryAfterMs?: number): Failure => ({
  kind: 'status',
  status: code,
  sentence: String(code),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

describe('the stream', () => {
  test('opens at once and waits for a hello no longer than its time-out', () => {
    const { state, types, delayOf } = play([{ type: 'start' }]);
    expect([state.phase, types, delayOf('hello')]).toEqual([
      'connecting',
      ['open-stream', 'set-timer'],
      10_000,
    ]);
    expect(play([timer('hello')], state).state.phase).toBe('waiting');
  });

  test('spreads the first reconnect over the window of the hello and reports the loss', () => {
    const { state, types, delayOf } = play([{ type: 'start' }, hello, { ...failed(), u: 1 }]);
    expect(state.phase).toBe('waiting');
    expect(delayOf('reconnect')).toBe(2_000);
    expect(types).toContain('close-stream');
    expect(types).toContain('lost');
  });

  test('backs off further with every failure, also when a server accepts and drops again', () => {
    const flap = [timer('reconnect'), hello, { type: 'synced' } as const, { ...failed(), u: 1 }];
    const { delayOf, state } = play([{ type: 'start' }, hello, failed(), ...flap, ...flap]);
    expect(state.failures).toBe(3);
    expect(delayOf('reconnect')).toBe(4_250);
  });

  test('begins anew after a connection that was complete and healthy for a minute', () => {
    const tail = [{ type: 'synced' } as const, { ...failed(), at: 60_000, u: 1 }];
    const run = play([{ type: 'start' }, failed(), timer('reconnect'), hello, ...tail]);
    expect([run.state.failures, run.delayOf('reconnect')]).toEqual([1, 2_000]);
    const without = play([
      { type: 'start' },
      failed(),
      timer('reconnect'),
      hello,
      { ...failed(), at: 60_000, u: 1 },
    ]);
    expect(without.state.failures).toBe(2);
  });

  test.each([401, 403, 404, 405, 410])('retries %i on the extended scale and never stops', (code) => {
    const once = play([{ type: 'start' }, { ...failed(status(code)), u: 0 }]);
    expect(once.delayOf('reconnect')).toBe(150_000);
    const again = play([timer('reconnect'), { ...failed(refused), u: 1 }], once.state);
    expect(again.delayOf('reconnect')).toBe(300_000);
  });

  test('obeys Retry-After', () => {
    expect(play([{ type: 'start' }, { ...failed(status(503, 9_000)), u: 0 }]).delayOf('reconnect')).toBe(
      9_000,
    );
  });

  test('leaves at a goodbye and comes back within its window', () => {
    const run = play([{ type: 'start' }, hello, { type: 'goodbye', windowMs: 30_000, u: 1 }]);
    expect([run.state.phase, run.delayOf('reconnect')]).toEqual(['waiting', 30_000]);
    expect(run.types[0]).toBe('close-stream');
  });

  test('drops a stream that is silent for three heartbeats, not before', () => {
    const ticks = [1_000, 2_000].map((at) => ({ ...timer('tick'), at }));
    const alive = play([{ type: 'start' }, hello, ...ticks]);
    expect([alive.state.phase, alive.delayOf('tick')]).toEqual(['streaming', 1_000]);
    expect(play([{ ...timer('tick'), at: 3_000 }], alive.state).state.phase).toBe('waiting');
    const fed = play(
      [
        { type: 'activity', at: 2_500 },
        { ...timer('tick'), at: 3_000 },
      ],
      alive.state,
    );
    expect(fed.state.phase).toBe('streaming');
  });

  test('notices sleep by either clock', () => {
    const gap = (event: object) => play([{ type: 'start' }, hello, { ...timer('tick'), ...event }]).effects;
    const lost = (effects: readonly ConnectionEffect[]) => effects.find((effect) => effect.type === 'lost');
    expect(lost(gap({ at: 2_500 }))).toMatchObject({ failure: { kind: 'slept' } });
    expect(lost(gap({ at: 1_000, slept: 60_000 }))).toMatchObject({ failure: { kind: 'slept' } });
    expect(lost(gap({ at: 1_900 }))).toBeUndefined();
  });
});

describe('the request', () => {
  const streaming = play([{ type: 'start' }, hello, { type: 'synced' }]).state;

  test('waits for a random part of the window before it catches up, once', () => {
    const run = play([{ type: 'behind', whole: false, u: 1 }], streaming);
    expect(run.delayOf('request')).toBe(2_000);
    const twice = play([{ type: 'behind', whole: true }], run.state);
    expect(twice.effects).toEqual([]);
    expect(play([timer('request')], twice.state).effects).toEqual([{ type: 'request', whole: true }]);
  });

  test('asks again, slower, while the answer is still behind', () => {
    const asked = play([{ type: 'behind', whole: false }, timer('request')], streaming).state;
    const again = play([{ type: 'answered', result: 'behind', u: 1 }], asked);
    expect(again.delayOf('request')).toBe(2_250);
    expect(play([{ type: 'answered', result: 'current' }], asked).state.request.phase).toBe('idle');
    expect(play([{ type: 'answered', result: 'unusable' }], asked).state.request.phase).toBe('idle');
  });

  test('reports the loss when it cannot catch up, and asks again', () => {
    const asked = play([{ type: 'behind', whole: false }, timer('request')], streaming).state;
    const failedOnce = play([{ type: 'request-failed', failure: refused, u: 1 }], asked);
    expect([failedOnce.types.includes('lost'), failedOnce.delayOf('request')]).toEqual([true, 2_250]);
  });

  test('polls after three failed streams, or after the first when there is nothing to serve', () => {
    const fail = [failed(), timer('reconnect')];
    expect(play([{ type: 'start' }, ...fail, ...fail]).state.request.phase).toBe('idle');
    const third = play([{ type: 'start' }, ...fail, ...fail, { ...failed(), u: 1 }]);
    expect(third.delayOf('request')).toBe(30_000);
    const empty = play([{ type: 'start' }, { ...failed(), empty: true, u: 1 }]);
    expect(empty.delayOf('request')).toBe(1_000);
  });

  const polling = play([{ type: 'start' }, { ...failed(), empty: true }, timer('request')]).state;

  test('polls on with jitter, and reports no loss while polls bring the truth', () => {
    const answer = play([{ type: 'answered', result: 'current', u: 1 }], polling);
    expect(answer.delayOf('request')).toBeCloseTo(33_000);
    const failing = play([timer('reconnect'), failed()], answer.state);
    expect(failing.types).not.toContain('lost');
    expect(failing.state.request.phase).toBe('waiting');
  });

  test('reports the loss when a poll fails, and polls slower after a refusal', () => {
    const broken = play([{ type: 'request-failed', failure: refused, u: 0 }], polling);
    expect([broken.types.includes('lost'), broken.delayOf('request')]).toEqual([true, 27_000]);
    const denied = play([{ type: 'request-failed', failure: status(401), u: 0 }], polling);
    expect(denied.delayOf('request')).toBe(150_000);
    const busy = play([{ type: 'request-failed', failure: status(429, 60_000), u: 0 }], polling);
    expect(busy.delayOf('request')).toBe(60_000);
  });

  test('stops polling when a stream greets', () => {
    const run = play([timer('reconnect'), hello], polling);
    expect(run.state.request.phase).toBe('idle');
    expect(run.types).toContain('cancel-request');
  });
});

describe('the machine, over any events', () => {
  const failure = fc.constantFrom(refused, status(401), status(503, 4_000), status(500));
  const event: fc.Arbitrary<ConnectionEvent> = fc.oneof(
    fc.constantFrom<ConnectionEvent>({ type: 'start' }, hello, { type: 'activity' }, { type: 'synced' }),
    fc.constantFrom<ConnectionEvent>({ type: 'goodbye', windowMs: 1e9 }, { type: 'behind', whole: true }),
    failure.map((f): ConnectionEvent => failed(f)),
    failure.map((f): ConnectionEvent => ({ type: 'request-failed', failure: f })),
    fc
      .constantFrom('current', 'behind', 'unusable')
      .map((result): ConnectionEvent => ({ type: 'answered', result })),
    fc.constantFrom('reconnect', 'hello', 'tick', 'request').map((name): ConnectionEvent => timer(name)),
  );
  const moment = fc.record({
    event,
    gap: fc.integer({ min: 0, max: 100_000 }),
    u: fc.double({ min: 0, max: 1, noNaN: true }),
    hasData: fc.boolean(),
  });

  /** Does what the effects ask for, and fails where two of a kind would be under way. */
  class World {
    readonly timers = new Set<string>();
    state = STOPPED;
    open = false;
    running = false;
    at = 0;

    run(event: ConnectionEvent, u: number, hasData: boolean): void {
      if (event.type === 'timer') this.timers.delete(event.timer);
      if (event.type === 'answered' || event.type === 'request-failed') this.running = false;
      const now = { elapsedMs: this.at, epochMs: this.at };
      const step = connect(this.state, event, { now, random: () => u, hasData });
      this.state = step.state;
      for (const effect of step.effects) this.perform(effect);
    }

    perform(effect: ConnectionEffect): void {
      switch (effect.type) {
        case 'set-timer':
          expect(effect.delayMs).toBeGreaterThanOrEqual(0);
          expect(effect.delayMs).toBeLessThanOrEqual(600_000);
          this.timers.add(effect.timer);
          break;
        case 'clear-timer':
          this.timers.delete(effect.timer);
          break;
        case 'open-stream':
          expect(this.open).toBe(false);
          this.open = true;
          break;
        case 'close-stream':
          this.open = false;
          break;
        case 'request':
          expect(this.running).toBe(false);
          this.running = true;
          break;
        case 'cancel-request':
          this.running = false;
      }
    }

    /** A timer that was set, an answer to a request that runs: nothing else happens. */
    canHappen(event: ConnectionEvent): boolean {
      if (event.type === 'timer') return this.timers.has(event.timer);
      return (event.type !== 'answered' && event.type !== 'request-failed') || this.running;
    }
  }

  test('always has something under way that leads back to a stream, and no two of a kind', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 40 }), (moments) => {
        const world = new World();
        world.run({ type: 'start' }, 0, false);
        for (const { event: next, gap, u, hasData } of moments) {
          world.at += gap;
          if (!world.canHappen(next)) continue;
          world.run(next, u, hasData);
          const { timers, open, running, state } = world;
          const alive = open && (timers.has('hello') || timers.has('tick'));
          expect(timers.has('reconnect') || alive).toBe(true);
          expect(state.request.phase === 'waiting').toBe(timers.has('request'));
          expect(state.request.phase === 'running').toBe(running);
        }
        world.run({ type: 'stop' }, 0, true);
        expect([world.timers.size, world.open, world.running]).toEqual([0, false, false]);
      }),
    );
  });
});
