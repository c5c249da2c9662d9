import { describe, expect, it } from '@jest/globals';
import { SILENT_LOG } from '../kernel/log/log.js';
import { CatalogWatcher } from './catalog-watcher.js';
import { Turnstile } from './turnstile.js';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function given(refreshRulesets: () => Promise<void>, refreshKills: () => Promise<void>) {
  let wake: (environment: string | undefined) => void = () => {};
  let tick: () => void = () => {};
  const watcher = new CatalogWatcher({
    catalog: { refresh: refreshRulesets },
    ledger: { refresh: refreshKills },
    signal: {
      notify: async () => {},
      subscribe: (it) => {
        wake = it;
        return () => {};
      },
    },
    clock: {
      nowMs: () => 0,
      elapsedMs: () => 0,
      after: () => ({ cancel() {} }),
      every: (_, run) => {
        tick = run;
        return { cancel() {} };
      },
    },
    log: SILENT_LOG,
  });
  return { watcher, wake: () => wake('production'), tick: () => tick() };
}

describe('CatalogWatcher', () => {
  it('re-reads kills although a load is going on, and asks for rulesets once more afterwards', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let rulesets = 0;
    let kills = 0;
    const { watcher, wake } = given(
      () => {
        rulesets += 1;
        return rulesets === 2 ? held : Promise.resolve();
      },
      async () => {
        kills += 1;
      },
    );
    await watcher.start();
    wake();
    await settle();
    for (let count = 0; count < 5; count += 1) {
      wake();
      await settle();
    }
    expect(rulesets).toBe(2);
    expect(kills).toBeGreaterThanOrEqual(6);
    release();
    await settle();
    await settle();
    expect(rulesets).toBe(3);
    await watcher.stop();
  });

  it('outlives a database that is away and looks again at the next poll', async () => {
    let tries = 0;
    const { watcher, tick } = given(
      async () => {
        tries += 1;
        throw new Error('away');
      },
      async () => {
        throw new Error('away');
      },
    );
    await watcher.start();
    tick();
    await settle();
    expect(tries).toBe(2);
    await watcher.stop();
  });
});

describe('Turnstile', () => {
  it('lets one in after the other, also past a failure', async () => {
    const turnstile = new Turnstile();
    const order: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        order.push(`${name} in`);
        await settle();
        order.push(`${name} out`);
        if (fails) throw new Error(name);
      };
    const first = turnstile.enter(work('first', true));
    const second = turnstile.enter(work('second'));
    await expect(first).rejects.toThrow('first');
    await second;
    expect(order).toEqual(['first in', 'first out', 'second in', 'second out']);
  });
});
