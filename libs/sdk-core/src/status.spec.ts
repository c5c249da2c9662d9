import { describe, expect, test } from '@jest/globals';
import type { Failure } from './ports.js';
import { graceMs, STARTING, type Status, type StatusEvent, track } from './status.js';

const away: Failure = { kind: 'network', sentence: 'away' };
const denied: Failure = { kind: 'status', status: 401, sentence: 'denied' };
const synced = { type: 'synced' } as const;
const lost = (failure = away) => ({ type: 'lost', failure }) as const;
const elapsed = (timer: 'init' | 'grace') => ({ type: 'timer', timer }) as const;

function play(events: readonly StatusEvent[], hasData: boolean) {
  const announced: string[] = [];
  const timers = new Set<string>();
  let status: Status = STARTING;
  for (const event of [{ type: 'start' } as const, ...events]) {
    const step = track(status, event, { hasData, windowMs: 5_000, initTimeoutMs: 3_000 });
    status = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'announce') announced.push(effect.state);
      if (effect.type === 'set-timer') timers.add(effect.timer);
      if (effect.type === 'clear-timer') timers.delete(effect.timer);
    }
  }
  return { state: status.state, trouble: status.trouble, announced, timers: [...timers] };
}

describe('the status', () => {
  test('is ready once the data is current, and says so once', () => {
    expect(play([synced, synced], true)).toMatchObject({ state: 'ready', announced: ['ready'], timers: [] });
  });

  test('goes ready, stale, ready over a short outage', () => {
    expect(play([synced, lost(), lost(), synced], true)).toMatchObject({
      state: 'ready',
      trouble: undefined,
      announced: ['ready', 'stale', 'ready'],
      timers: [],
    });
  });

  test('goes ready, stale, error, ready over a long one', () => {
    const run = play([synced, lost(), elapsed('grace'), lost(), synced], true);
    expect(run.announced).toEqual(['ready', 'stale', 'error', 'ready']);
  });

  test('starts stale when there is something to serve and the server is away', () => {
    expect(play([lost()], true)).toMatchObject({ state: 'stale', trouble: 'away', timers: ['grace'] });
  });

  test('waits for the end of the time-out when there is nothing to serve', () => {
    expect(play([lost()], false)).toMatchObject({ state: 'starting', timers: ['init'] });
    expect(play([lost(), elapsed('init')], false)).toMatchObject({ state: 'error', trouble: 'away' });
    expect(play([elapsed('init'), synced], false).announced).toEqual(['error', 'ready']);
  });

  test('reports a refused key at once when there is nothing to serve, and recovers from it', () => {
    expect(play([lost(denied)], false)).toMatchObject({ state: 'error', trouble: 'denied' });
    expect(play([lost(denied), synced], false).state).toBe('ready');
  });

  test('is closed for good', () => {
    expect(play([synced, { type: 'stop' }, synced, lost()], true)).toMatchObject({
      state: 'closed',
      announced: ['ready'],
    });
  });

  test('waits longer than the window before it speaks of an error', () => {
    expect([graceMs(5_000), graceMs(300_000)]).toEqual([60_000, 310_000]);
  });
});
