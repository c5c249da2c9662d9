import { fakeClock } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import { SILENT_LOG } from '../kernel/log/log.js';
import { SyncWorker } from './sync-worker.js';

type Result = 'works' | 'fails';

/** A board and a runner in memory; each run serves what was wanted when it began. */
function given(results: Result[] = [], { leads = true, random = 0.5, tookMs = 0 } = {}) {
  const clock = fakeClock();
  const startMs = clock.nowMs();
  const at: number[] = [];
  const said: string[] = [];
  const news = new Set<() => void>();
  const changes = new Set<(leads: boolean) => void>();
  const state = { leads, wanted: 0, done: 0, away: false, due: false };
  const triggers: unknown[] = [];
  const say = (_: object, message: string) => void said.push(message);
  const worker = new SyncWorker({
    runner: {
      isDue: async () => state.due,
      run: async (trigger) => {
        triggers.push(trigger);
        state.due = false;
        const began = state.wanted;
        at.push(clock.nowMs() - startMs);
        if (tookMs > 0) await new Promise<void>((resolve) => clock.after(tookMs, resolve));
        state.done = Math.max(state.done, began);
        if (results.shift() === 'fails') throw new Error('away');
      },
      idle: async () => {},
    },
    board: {
      read: async () => {
        if (state.away) throw new Error('away');
        return {
          ...{ wanted: state.wanted, done: state.done, branch: 'main', head: undefined },
          ...{ lastSyncAtMs: undefined, failure: undefined },
        };
      },
      onNews: (listener) => {
        news.add(listener);
        return () => news.delete(listener);
      },
    },
    leadership: {
      isLeader: () => state.leads,
      onChange: (listener) => {
        changes.add(listener);
        return () => changes.delete(listener);
      },
    },
    clock,
    log: { ...SILENT_LOG, warn: say, info: say },
    pollMs: 10_000,
    random: () => random,
  });
  const want = (heard = true) => {
    state.wanted += 1;
    if (heard) for (const listener of news) listener();
  };
  const lead = (now: boolean) => {
    state.leads = now;
    for (const listener of changes) listener(now);
  };
  return { worker, clock, at, triggers, said, state, want, lead };
}

describe('SyncWorker', () => {
  it('polls at once and then in the period', async () => {
    const { worker, clock, at } = given();
    await worker.start();
    await clock.advanceAsync(30_000);
    expect(at).toEqual([0, 10_000, 20_000, 30_000]);
    await worker.stop();
    expect(clock.pending()).toBe(0);
  });

  it('spreads the polls by a fifth of the period to either side', async () => {
    for (const [random, period] of [
      [0, 8000],
      [0.999999, 12_000],
    ] as const) {
      const { worker, clock, at } = given([], { random });
      await worker.start();
      await clock.advanceAsync(12_000);
      expect(Math.round(at[1] as number)).toBe(period);
      await worker.stop();
    }
  });

  it('goes on after failures and says each outage once, and its end', async () => {
    const { worker, clock, at, said } = given(['works', 'fails', 'fails', 'fails', 'works', 'works']);
    await worker.start();
    await clock.advanceAsync(50_000);
    expect(at).toHaveLength(6);
    expect(said).toHaveLength(2);
    await worker.stop();
  });

  it('runs at once when somebody wants a sync, and serves a burst with one run and one more', async () => {
    const { worker, clock, at, want } = given([], { tookMs: 400 });
    const started = worker.start();
    await clock.advanceAsync(1_000);
    await started;
    for (let index = 0; index < 50; index += 1) {
      want();
      await clock.advanceAsync(5);
    }
    await clock.advanceAsync(2_000);
    expect(at).toEqual([0, 1_000, 1_400]);
    await worker.stop();
  });

  it('finds within two seconds what was wanted when the signal was lost', async () => {
    const { worker, clock, at, want } = given();
    await worker.start();
    await clock.advanceAsync(500);
    want(false);
    await clock.advanceAsync(1_500);
    expect(at).toEqual([0, 2_000]);
    await worker.stop();
  });

  it('runs nothing while another leads, begins when it leads and ends when it leads no longer', async () => {
    const { worker, clock, at, want, lead } = given([], { leads: false });
    await worker.start();
    want();
    await clock.advanceAsync(30_000);
    expect(at).toEqual([]);
    lead(true);
    await clock.advanceAsync(15_000);
    expect(at).toEqual([30_000, 40_000]);
    lead(false);
    want();
    await clock.advanceAsync(60_000);
    expect(at).toHaveLength(2);
    await worker.stop();
    expect(clock.pending()).toBe(0);
  });

  it('runs within two seconds when what is held is due to be judged once more', async () => {
    const { worker, clock, at, triggers, state, want } = given();
    await worker.start();
    state.due = true;
    await clock.advanceAsync(2_000);
    want();
    await clock.advanceAsync(0);
    expect([at, triggers]).toEqual([
      [0, 2_000, 2_000],
      ['poll', 'poll', 'asked'],
    ]);
    await worker.stop();
  });

  it('outlives a board that cannot be read', async () => {
    const { worker, clock, at, want, state } = given();
    await worker.start();
    state.away = true;
    want();
    await clock.advanceAsync(3_000);
    state.away = false;
    await clock.advanceAsync(2_000);
    expect(at).toEqual([0, 4_000]);
    await worker.stop();
  });
});
