import type { SyncDocument } from '@guidon/protocol';
import { fakeClock } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import type { LiveCatalog } from './catalog/index.js';
import { printBanner } from './print-banner.js';

function given(keyEnvironment?: string) {
  const clock = fakeClock();
  const printed: string[] = [];
  const world = { environments: [] as string[], state: 'never' as SyncDocument['state'], keys: ['a'] };
  const listeners = new Set<() => void>();
  const catalog = {
    environments: () => world.environments,
    current: () => undefined,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as LiveCatalog;
  printBanner({
    server: {
      ...{ url: 'http://127.0.0.1:4242', catalog },
      get keys() {
        return Object.fromEntries(world.keys.map((id) => ['admin', `gdn_admin_${id}_1`]));
      },
    },
    config: { keys: keyEnvironment === undefined ? {} : { environment: keyEnvironment }, dataDir: '/data' },
    clock,
    syncState: () => world.state,
    print: (text) => void printed.push(text),
  });
  const goLive = () => {
    world.environments = ['development'];
    for (const listener of [...listeners]) listener();
  };
  return { clock, printed, world, goLive, listeners };
}

it('waits for the first flags, and then for nothing more', () => {
  const { clock, printed, goLive, listeners } = given();
  clock.advance(1_000);
  expect(printed).toEqual([]);
  goLive();
  expect(printed).toHaveLength(1);
  expect([clock.pending(), listeners.size]).toEqual([0, 0]);
});

it('does not wait where the newest commit was rejected, and tells later what to try', () => {
  const { clock, printed, world, goLive } = given();
  world.state = 'rejected';
  clock.advance(200);
  expect(printed).toEqual([expect.stringContaining('No flag is live yet')]);
  clock.advance(60_000);
  expect(printed).toHaveLength(1);
  goLive();
  expect(printed).toHaveLength(2);
  expect(printed[1]).not.toContain('Guidon is listening');
});

it('prints the keys when they were made only after the first lines', () => {
  const { clock, printed, world, goLive } = given();
  world.keys = [];
  clock.advance(20_000);
  expect(printed[0]).toContain('not made yet');
  world.keys = ['late'];
  goLive();
  expect(printed[1]).toContain('gdn_admin_late_1');
});

it('loses its patience after a while', () => {
  const { clock, printed } = given();
  clock.advance(20_000);
  expect(printed).toEqual([expect.stringContaining('No flag is live yet')]);
});

it('says that the keys name an environment which the project does not have', () => {
  const { printed, goLive } = given('producton');
  goLive();
  expect(printed[0]).toContain('GUIDON_KEY_ENVIRONMENT says producton');
  expect(printed[0]).not.toContain('curl');
});
