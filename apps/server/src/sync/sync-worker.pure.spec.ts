import { fakeClock } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import { SILENT_LOG } from '../kernel/log/log.js';
import { SyncWorker } from './sync-worker.js';

function given(results: ('works' | 'fails')[], random = 0.5) {
  const clock = fakeClock();
  const at: number[] = [];
  const warnings: string[] = [];
  const startMs = clock.nowMs();
  const worker = new SyncWorker({
    sync: {
      sync: async () => {
        at.push(clock.nowMs() - startMs);
        if (results.shift() === 'fails') throw new Error('away');
      },
      idle: async () => {},
    },
    clock,
    log: {
      ...SILENT_LOG,
      warn: (_, message) => void warnings.push(message),
      info: (_, message) => void warnings.push(message),
    },
    pollMs: 10_000,
    random: () => random,
  });
  return { worker, clock, at, warnings };
}

describe('SyncWorker', () => {
  it('polls at once and then in the period', async () => {
    const { worker, clock, at } = given([]);
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
      const { worker, clock, at } = given([], random);
      await worker.start();
      await clock.advanceAsync(12_000);
      expect(Math.round(at[1] as number)).toBe(period);
      await worker.stop();
    }
  });

  it('goes on after failures and says each outage once, and its end', async () => {
    const { worker, clock, at, warnings } = given(['works', 'fails', 'fails', 'fails', 'works', 'works']);
    await worker.start();
    await clock.advanceAsync(50_000);
    expect(at).toHaveLength(6);
    expect(warnings).toHaveLength(2);
    await worker.stop();
  });
});
