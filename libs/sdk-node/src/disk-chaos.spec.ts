import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashRuleset } from '@guidon/engine/compile';
import type { TelemetryReport } from '@guidon/protocol';
import { type SpawnedNode, spawnNode, waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { FakeServer, flag, ruleset } from '../test/fake-server.js';
import { growOld, keptRecords } from '../test/kept-records.js';
import { createGuidon } from './create-guidon.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const KEY = `gdn_server_abcdefgh_${'x'.repeat(43)}`;
const MORTAL = fileURLToPath(new URL('../test/mortal.mjs', import.meta.url));
const TEN_MINUTES = 600_000;
const ended: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

interface How {
  readonly dies?: 'throw' | 'reject' | 'exit' | 'abort' | 'kill';
  readonly listens?: 'exit' | 'late' | 'once' | 'alone';
  readonly hangs?: boolean;
}

interface Look {
  readonly state: string;
  readonly source: string;
  readonly generation?: number;
  readonly proof?: string;
  readonly poison: boolean;
  readonly dark: boolean;
}

/** Other content for each revision: what is the same by content is not new. */
const flags = (poison: 'on' | 'off', revision: string) =>
  ruleset({ poison: flag(poison), dark: flag('on'), [revision]: flag('on') }, revision);

/** A server that has served a harmless ruleset to one process for ten minutes, and a folder in which that is kept. */
async function wellKept() {
  const server = await new FakeServer(flags('off', 'first')).start();
  ended.push(() => server.kill());
  const dataDir = mkdtempSync(join(tmpdir(), 'guidon-chaos-'));
  ended.push(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }));
  const start = (how: How = {}) => {
    const process = spawnNode(MORTAL, {
      args: [JSON.stringify({ guidon: { url: server.url, key: KEY, dataDir }, ...how })],
    });
    ended.push(() => process.kill());
    return process;
  };
  const first = start({ listens: 'exit' });
  await sees(first, { state: 'ready', generation: 1 });
  await waitUntil(() => kinds(dataDir).includes('proof'), { what: 'the ruleset was stored' });
  await first.kill('SIGTERM');
  growOld(dataDir, TEN_MINUTES);
  return { server, dataDir, start };
}

const kinds = (dataDir: string) => keptRecords(dataDir).map(({ kind }) => kind);

const isStored = (dataDir: string, generation: number) =>
  keptRecords(dataDir).some(
    ({ kind, text }) => kind === 'proof' && JSON.parse(text).generation === generation,
  );

/** Waits for a look that matches. */
async function sees(process: SpawnedNode, wanted: Partial<Look>): Promise<Look> {
  const fits = (line: string) => {
    const look = line.startsWith('{') ? JSON.parse(line) : {};
    return Object.entries(wanted).every(([name, value]) => look[name] === value);
  };
  return JSON.parse(await process.waitForLine(fits, 30_000));
}

const looksOf = (process: SpawnedNode): readonly Look[] =>
  process.lines.filter((line) => line.startsWith('{"state"')).map((line) => JSON.parse(line));

describe('an application that dies of a new ruleset', () => {
  test.each([
    ['by an exception', { dies: 'throw' }],
    ['by a rejection', { dies: 'reject' }],
    ['by an exit code', { dies: 'exit' }],
    ['by abort, where it listens for signals', { dies: 'abort', listens: 'exit' }],
    ['by SIGKILL, where it listens for signals', { dies: 'kill', listens: 'exit' }],
  ] as const)(
    '%s runs on the older good one at the third start, with its kills, and says so',
    async (_, how) => {
      const { server, dataDir, start } = await wellKept();
      const first = start(how);
      await sees(first, { state: 'ready', generation: 1 });
      server.press('k1', 'dark');
      await sees(first, { dark: false });
      // Where it listens, the mark has to say so before it dies of what comes next.
      await waitUntil(() => kinds(dataDir).filter((kind) => kind === 'kills').length > 0, {
        what: 'the kill was stored',
      });
      server.publish(flags('on', 'second'));
      await first.exited;
      const second = start(how);
      await second.exited;
      expect(looksOf(second).at(-1)).toMatchObject({ generation: 2, poison: true, dark: false });
      const third = start(how);
      const look = await sees(third, { state: 'stale' });
      expect(looksOf(third)[0]).toMatchObject({ source: 'disk', generation: 1, proof: 'last-known-good' });
      expect(look).toMatchObject({ generation: 1, poison: false, dark: false });
      const refusals = () => (server.reports as TelemetryReport[]).flatMap(({ refused }) => refused ?? []);
      await waitUntil(() => refusals().length > 0, {
        what: 'the quarantine was reported',
        timeoutMs: 20_000,
      });
      expect(refusals()[0]).toEqual({
        lineage: 'l1',
        generation: 2,
        result: 'quarantined',
        reason: 'The application died of it twice in a row.',
      });
      // A fourth start does not try again, whether or not the server is there; something newer ends it.
      await third.kill();
      const fourth = start(how);
      await sees(fourth, { state: 'stale', generation: 1 });
      server.publish(flags('off', 'third'));
      await sees(fourth, { state: 'ready', generation: 3, dark: false });
      await waitUntil(() => !kinds(dataDir).includes('quarantine'), { what: 'the quarantine was lifted' });
    },
  );

  test('goes on with it where no older one is good', async () => {
    const { server, dataDir, start } = await wellKept();
    growOld(dataDir, 59_999);
    server.publish(flags('on', 'second'));
    for (let round = 0; round < 3; round++) {
      const process = start({ dies: 'throw' });
      await process.exited;
      expect(looksOf(process).at(-1)).toMatchObject({ generation: 2, poison: true });
    }
    expect(kinds(dataDir)).not.toContain('quarantine');
  });
});

describe('an application that is ended by a signal', () => {
  test.each([
    ['and does not listen', {}, { code: null, signal: 'SIGTERM' }],
    ['and exits as it likes', { listens: 'exit' }, { code: 7, signal: null }],
    ['and began to listen only afterwards', { listens: 'late' }, { code: 7, signal: null }],
    ['and raises it again where it listens alone', { listens: 'alone' }, { code: null, signal: 'SIGTERM' }],
  ] as const)('%s, ten times within a second, puts nothing in quarantine', async (_, how, end) => {
    const { server, dataDir, start } = await wellKept();
    server.publish(flags('off', 'second'));
    for (let round = 0; round < 10; round++) {
      const process = start(how);
      await sees(process, { state: 'ready', generation: 2 });
      await waitUntil(() => isStored(dataDir, 2), { what: 'it was stored' });
      await process.kill(round % 2 === 0 ? 'SIGTERM' : 'SIGINT');
      const signal = end.signal === null ? null : round % 2 === 0 ? 'SIGTERM' : 'SIGINT';
      expect(await process.exited).toEqual({ ...end, signal });
    }
    const last = start(how);
    expect(await sees(last, { state: 'starting' })).toMatchObject({ source: 'disk', generation: 2 });
    expect(kinds(dataDir)).not.toContain('quarantine');
  });

  test('ends although its loop hangs, and lives on where it says so', async () => {
    const { server, start } = await wellKept();
    server.publish(flags('off', 'second'));
    const hanging = start({ hangs: true });
    await sees(hanging, { state: 'ready' });
    await hanging.kill('SIGTERM');
    expect(await hanging.exited).toEqual({ code: null, signal: 'SIGTERM' });
    const living = start({ listens: 'once' });
    await sees(living, { state: 'ready' });
    // Its listener went with the first signal; the second one meets nobody.
    process.kill(living.pid, 'SIGTERM');
    // Two signals that come before the first is heard are one to the application.
    await living.waitForLine('{"heard":"SIGTERM"}', 30_000);
    server.publish(flags('off', 'third'));
    await sees(living, { generation: 3 });
    await living.kill('SIGTERM');
    expect(await living.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });
});

test('a disk without room leaves the values in memory, with one warning and an application that lives', async () => {
  const { server, dataDir } = await wellKept();
  server.publish(flags('off', 'second'));
  const settings = JSON.stringify({ guidon: { url: server.url, key: KEY, dataDir }, listens: 'exit' });
  // No file may grow beyond nothing, and who tries gets an error instead of a signal.
  const shell = `trap '' XFSZ; ulimit -f 0; exec "$0" "$1" "$2"`;
  const child = spawn('sh', ['-c', shell, process.execPath, MORTAL, settings]);
  ended.push(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await waitUntil(() => output.includes('"state":"ready","source":"network","generation":2'), {
    what: 'the newest ruleset was served',
    timeoutMs: 30_000,
  });
  await waitUntil(() => output.includes('cannot be written'), { what: 'it was said', timeoutMs: 30_000 });
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect([code, output.match(/"warning"/g)?.length]).toEqual([7, 1]);
  expect(kinds(dataDir).sort()).toEqual(['kills', 'proof', 'ruleset']);
});

describe('several processes with one folder', () => {
  test('count no mark of one that lives, and those who die together once', async () => {
    const { server, dataDir, start } = await wellKept();
    server.publish(flags('off', 'second'));
    const fleet = Array.from({ length: 3 }, () => start({ listens: 'exit' }));
    for (const process of fleet) await sees(process, { state: 'ready', generation: 2 });
    await waitUntil(() => isStored(dataDir, 2), { what: 'it was stored' });
    await waitUntil(() => kinds(dataDir).filter((kind) => kind === 'mark').length === 3, {
      what: 'all are marked',
    });
    const joining = start({ listens: 'exit' });
    expect(await sees(joining, { state: 'starting' })).toMatchObject({ generation: 2 });
    await Promise.all([...fleet, joining].map((process) => process.kill('SIGKILL')));
    const after = start({ listens: 'exit' });
    expect(await sees(after, { state: 'starting' })).toMatchObject({ generation: 2 });
    await after.kill('SIGTERM');
    expect(kinds(dataDir)).not.toContain('quarantine');
  });
});

describe('a process that is killed while it writes', () => {
  test('leaves records that are whole, twenty times, and never an older start than before', async () => {
    const { server, dataDir, start } = await wellKept();
    let before = 1;
    for (let round = 0; round < 20; round++) {
      const process = start();
      await sees(process, { state: 'ready', generation: server.generation });
      const filler = 'y'.repeat(20_000);
      server.publish(
        ruleset(
          { poison: flag('off'), dark: flag('on'), [`f${round}`]: flag('on', { salt: filler } as object) },
          `r${round}`,
        ),
      );
      server.press(`k${round}`, 'dark');
      // Somewhere in the writing of what has just come, and at another place each time.
      await sees(process, { generation: server.generation });
      await new Promise((resolve) => setTimeout(resolve, round));
      await process.kill('SIGKILL');
      const kept = keptRecords(dataDir);
      for (const { kind, text } of kept) {
        if (kind !== 'ruleset') continue;
        const { lineage: _, generation: __, hash, kills: ___, ...content } = JSON.parse(text);
        expect(hashRuleset(content)).toBe(hash);
      }
      const logger = { warn: () => {}, error: () => {} };
      const client = createGuidon({ url: server.url, key: KEY, dataDir, logger, telemetry: false });
      const { source, generation = 0 } = client.status();
      client.close();
      expect([source, generation >= before]).toEqual(['disk', true]);
      before = generation;
    }
    expect(kinds(dataDir)).not.toContain('quarantine');
    expect(keptRecords(dataDir).length).toBeLessThan(20);
  });
});

test('the fixtures are built', () => {
  expect(existsSync(fileURLToPath(new URL('../dist/index.js', import.meta.url)))).toBe(true);
});
