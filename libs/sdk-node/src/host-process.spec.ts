import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeServer, flag, ruleset } from '../test/fake-server.js';

const KEY = `gdn_server_abcdefgh_${'x'.repeat(43)}`;
const HOST = fileURLToPath(new URL('../test/host.mjs', import.meta.url));
const ended: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function serving(): Promise<FakeServer> {
  const server = await new FakeServer(ruleset({ a: flag('on') })).start();
  ended.push(() => server.kill());
  return server;
}

type Step = 'look' | 'ready' | 'close' | 'measure';

/** Runs a host process to its own end; one that does not end is killed and fails the test. Needs `npm run build`. */
function host(guidon: object, steps: readonly Step[]): Promise<{ seen: object[]; tookMs: number }> {
  const beganMs = performance.now();
  const input = JSON.stringify({ guidon: { key: KEY, ...guidon }, steps });
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256', HOST, input],
      { timeout: 20_000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error !== null)
          return reject(new Error(`The host did not end well: ${error.message}\n${stderr}${stdout}`));
        const lines = stdout.split('\n').filter((line) => line !== '');
        const tookMs = performance.now() - beganMs;
        return resolve({ seen: lines.map((line) => JSON.parse(line)), tookMs });
      },
    );
  });
}

describe('a host process', () => {
  test('ends by itself after close', async () => {
    const server = await serving();
    const { seen } = await host({ url: server.url }, ['ready', 'close']);
    expect(seen).toEqual([
      { step: 'ready', value: true, state: 'ready', source: 'network', generation: 1 },
      { step: 'close', value: true, state: 'closed', source: 'network', generation: 1 },
    ]);
  });

  test('is kept alive by nothing but a wait for ready: neither by a stream nor by a server that hangs or is away', async () => {
    const server = await serving();
    expect((await host({ url: server.url }, ['ready'])).seen).toMatchObject([{ state: 'ready' }]);
    server.mute = true;
    const hanging = await host({ url: server.url, initTimeoutMs: 300 }, ['ready']);
    expect(hanging.seen).toMatchObject([{ state: 'error' }]);
    expect(hanging.tookMs).toBeLessThan(9_000);
    await server.kill();
    expect((await host({ url: server.url, initTimeoutMs: 300 }, ['look'])).seen).toMatchObject([
      { state: 'starting' },
    ]);
  }, 60_000);

  test('evaluates without allocating, also where a condition and a percentage decide', async () => {
    const bucketing = { by: ['targetingKey'], salt: 'a', algorithm: 'native' as const };
    const arms = [
      ['on', 50_000],
      ['off', 50_000],
    ] as const;
    const when = { op: 'string', attribute: 'country', test: 'in', values: ['NO', 'SE'] } as const;
    const rules = [{ id: 'north', when, outcome: { split: { arms, total: 100_000, bucketing } } }];
    const server = await new FakeServer(ruleset({ a: flag('off', { rules }) })).start();
    ended.push(() => server.kill());
    const { seen } = await host({ url: server.url }, ['ready', 'measure', 'close']);
    // Far less than the smallest object.
    expect((seen[1] as { value: number }).value).toBeLessThan(1);
  });

  test('that is new evaluates right at first from the snapshot of the one before, with the server dead', async () => {
    const server = await serving();
    const dataDir = mkdtempSync(join(tmpdir(), 'guidon-sdk-'));
    ended.push(() => rmSync(dataDir, { recursive: true, force: true }));
    await host({ url: server.url, dataDir }, ['ready']);
    await server.kill();
    const { seen } = await host({ url: server.url, dataDir }, ['look', 'ready']);
    expect(seen).toEqual([
      { step: 'look', value: true, state: 'starting', source: 'disk', generation: 1 },
      { step: 'ready', value: true, state: 'stale', source: 'disk', generation: 1 },
    ]);
    expect((await host({ url: server.url }, ['look'])).seen).toMatchObject([
      { value: false, source: 'default' },
    ]);
  }, 60_000);
});
