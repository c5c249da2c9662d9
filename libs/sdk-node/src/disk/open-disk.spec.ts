import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, test } from '@jest/globals';
import { connect, endAll, folder, KEY, NOWHERE, next, serving } from '../../test/client-kit.js';
import type { FakeServer } from '../../test/fake-server.js';
import type { GuidonOptions } from '../options.js';

afterEach(endAll);

describe('what is kept on disk', () => {
  test('is watched over for as long as a client lives, and no longer', async () => {
    const server = await serving();
    const listeners = () =>
      ['exit', 'beforeExit', 'newListener', 'removeListener', 'SIGTERM'].map((name) =>
        process.listenerCount(name),
      );
    const before = listeners();
    const { client } = connect(server.url, { dataDir: folder() });
    await client.ready();
    const [exit = 0, beforeExit = 0, added = 0, removed = 0, signals = 0] = before;
    // Nobody else listens for the signal, so neither do we.
    expect(listeners()).toEqual([exit + 1, beforeExit + 1, added + 1, removed + 1, signals]);
    client.close();
    expect(listeners()).toEqual(before);
  });

  test('listens for signals only beside the application, and goes with it', async () => {
    const server = await serving();
    const host = () => {};
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, host);
    const { client } = connect(server.url, { dataDir: folder() });
    await client.ready();
    expect(process.listenerCount('SIGTERM')).toBe(2);
    process.off('SIGTERM', host);
    expect([process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')]).toEqual([0, 2]);
    client.close();
    expect(process.listeners('SIGINT')).toEqual([host]);
    process.off('SIGINT', host);
  });

  /** Runs a client until it is ready and closes it again. */
  async function fill(server: FakeServer, dataDir: string, options: Partial<GuidonOptions> = {}) {
    const { client } = connect(server.url, { dataDir, ...options });
    await client.ready();
    client.close();
  }

  const rulesetIn = (dataDir: string) =>
    join(dataDir, readdirSync(dataDir).find((name) => name.includes('.ruleset.')) ?? '');

  test('is read before the first evaluation and holds the kills', async () => {
    const server = await serving();
    const dataDir = join(folder(), 'deep', 'data');
    server.press('k1', 'b');
    await fill(server, dataDir);
    await server.kill();
    const { client } = connect(server.url, { dataDir });
    expect([client.boolean('a', {}, false), client.details('b', {}, true).reason]).toEqual([
      true,
      'DISABLED',
    ]);
    const status = await client.ready();
    expect(status).toMatchObject({
      state: 'stale',
      source: 'disk',
      generation: 1,
      environment: 'production',
    });
    expect(status.ageMs).toBeGreaterThanOrEqual(0);
    // A write that was under way when its client closed takes its temporary file away a moment later.
    const kinds = () =>
      [...new Set(readdirSync(dataDir).map((name) => name.split('.').slice(1, -1).join('.')))].sort();
    await waitUntil(() => !readdirSync(dataDir).some((name) => name.endsWith('.tmp')), {
      what: 'only records were left',
    });
    expect(kinds()).toEqual(['kills', 'mark', 'proof', 'ruleset']);
    client.close();
    expect(kinds()).toEqual(['kills', 'proof', 'ruleset']);
  });

  test('keeps a kill that came without a new ruleset', async () => {
    const server = await serving();
    const dataDir = folder();
    const { client } = connect(server.url, { dataDir });
    await client.ready();
    const killed = next(client, 'change');
    server.press('k1', 'a');
    await killed;
    client.close();
    await server.kill();
    expect(connect(server.url, { dataDir }).client.boolean('a', {}, true)).toBe(false);
  });

  test('is readable by its owner only, and holds no secret', async () => {
    const server = await serving();
    const dataDir = join(folder(), 'data');
    await fill(server, dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const paths = readdirSync(dataDir).map((name) => join(dataDir, name));
    expect(paths.length).toBeGreaterThanOrEqual(3);
    for (const path of paths) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).not.toContain('xxxx');
    }
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -3)],
    ['changed in one character', (text: string) => text.replace('"on"', '"of"')],
    ['emptied', () => ''],
    ['replaced by other text', () => 'hello\nworld'],
    ['of another version', (text: string) => text.replace('record-2', 'record-3')],
  ])('is not used when it was %s', async (_, damage) => {
    const server = await serving();
    const dataDir = folder();
    await fill(server, dataDir);
    await server.kill();
    const path = rulesetIn(dataDir);
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    const { client, log } = connect(server.url, { dataDir });
    expect([client.boolean('a', {}, false), client.status().source]).toEqual([false, 'default']);
    expect(log[0]).toMatch(/damaged or not ours/);
  });

  test('belongs to one address, key and environment', async () => {
    const server = await serving();
    const dataDir = folder();
    await fill(server, dataDir);
    const others = [{ key: KEY.replace('abcdefgh', 'otherkey') }, { environment: 'staging' }];
    for (const options of others)
      expect(connect(NOWHERE, { dataDir, ...options }).client.status().source).toBe('default');
    expect(connect(server.url, { dataDir, environment: 'production' }).client.status().source).toBe(
      'default',
    );
    expect(connect(server.url, { dataDir }).client.status().source).toBe('disk');
  });

  test('is not kept in a folder that others can read, with one warning', async () => {
    const server = await serving();
    const open = join(folder(), 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    const { client, log } = connect(server.url, { dataDir: open });
    await client.ready();
    client.close();
    expect([readdirSync(open), log.length]).toEqual([[], 1]);
    expect(log[0]).toMatch(/open to other users \(chmod 700/);
    const real = folder();
    const link = join(folder(), 'link');
    symlinkSync(real, link);
    expect(connect(server.url, { dataDir: link }).log[0]).toMatch(/is not a folder/);
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(connect(server.url, { dataDir: file }).log[0]).toMatch(/cannot be used/);
  });

  test('sweeps up what a process left behind that ended while it wrote', async () => {
    const server = await serving();
    const dataDir = folder();
    await fill(server, dataDir);
    const name = rulesetIn(dataDir);
    for (const part of ['old', 'young']) writeFileSync(`${name}.${part}.tmp`, '');
    utimesSync(`${name}.old.tmp`, 1, 1);
    connect(server.url, { dataDir });
    // Asked for by name: the client that filled the folder may still be writing beside them.
    const isThere = (path: string) => readdirSync(dataDir).includes(basename(path));
    const found = [name, `${name}.old.tmp`, `${name}.young.tmp`].map(isThere);
    expect(found).toEqual([true, false, true]);
  });

  test('that cannot be written takes nothing from the values', async () => {
    const server = await serving();
    const dataDir = folder();
    const { client, log } = connect(server.url, { dataDir });
    rmSync(dataDir, { recursive: true });
    await client.ready();
    client.close();
    expect([client.boolean('a', {}, false), log.length, log[0]]).toEqual([
      true,
      1,
      expect.stringContaining('cannot be written'),
    ]);
  });
});
