import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlagSync } from '@guidon/sdk-core';
import { waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { document, flag, ruleset } from '../../../sdk-core/test/documents.js';
import { FakeWorld } from '../../../sdk-core/test/fake-world.js';
import { openDisk, whyUntrusted } from './open-disk.js';

jest.setTimeout(60_000);

const IDENTITY = { url: 'http://localhost', keyId: 'abcdefgh', environment: undefined };
const one = document(1, ruleset({ a: flag('off'), b: flag('on') }));
const two = document(2, ruleset({ a: flag('on'), b: flag('on') }, { revision: 'second' }));
const ended: (() => unknown)[] = [];

afterEach(() => {
  for (const end of ended.splice(0)) end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'guidon-records-'));
  ended.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A client over a real folder whose time and server are a test's. */
function start(dataDir: string) {
  const world = new FakeWorld();
  const { log, ...ports } = world.ports();
  const storage = openDisk(dataDir, IDENTITY, log);
  const sync = new FlagSync({ ...ports, log, storage }, { initTimeoutMs: 5_000 });
  sync.start();
  const live = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      world.pass(10_000);
      world.heartbeat();
    }
  };
  const value = (key: string) => sync.view?.flags.get(key)?.evaluate({}, 0).value;
  return { world, sync, live, value };
}

/** A folder in which `one` has lived for ten minutes and `two` for one, and `b` is killed. */
async function wellKept(): Promise<string> {
  const dataDir = folder();
  const { world, sync, live } = start(dataDir);
  world.send('hello', { lineage: 'l1', windowMs: 4_000, heartbeatMs: 15_000, target: 'l1.1.d0' });
  world.send('ruleset', one, 'l1.1.d0');
  live(600_000);
  world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, 'l1.1.d1');
  sync.stop();
  const next = start(dataDir);
  next.world.send('hello', { lineage: 'l1', windowMs: 4_000, heartbeatMs: 15_000, target: 'l1.2.d1' });
  next.world.send('ruleset', two, 'l1.2.d1');
  next.live(60_000);
  next.sync.stop();
  // What was under way when the clients stopped takes its temporary files away a moment later.
  await waitUntil(() => !readdirSync(dataDir).some((name) => name.endsWith('.tmp')), {
    what: 'all was written',
  });
  return dataDir;
}

/** Names and texts of all files. */
function filesIn(dataDir: string): ReadonlyMap<string, Buffer> {
  return new Map(readdirSync(dataDir).map((name) => [name, readFileSync(join(dataDir, name))]));
}

function restore(dataDir: string, files: ReadonlyMap<string, Buffer>): void {
  for (const name of readdirSync(dataDir)) if (!files.has(name)) rmSync(join(dataDir, name));
  for (const [name, bytes] of files) writeFileSync(join(dataDir, name), bytes);
}

/** Every way in which a file may be found after a bad day, at one byte. */
const DAMAGES: readonly [what: string, (bytes: Buffer, at: number) => Buffer][] = [
  ['cut off', (bytes, at) => bytes.subarray(0, at)],
  [
    'filled with zeros',
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)]),
  ],
  [
    'changed',
    (bytes, at) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    },
  ],
];

describe('records', () => {
  test.each([
    ['ruleset', 1],
    ['proof', 1],
    ['kills', 2],
  ])(
    'of which the youngest %s is damaged at any byte leave generation %i, and every kill',
    async (kind, generation) => {
      const dataDir = await wellKept();
      const files = filesIn(dataDir);
      const textOf = (name: string) => String(files.get(name));
      const isYoungest = (name: string) =>
        kind === 'kills'
          ? statSync(join(dataDir, name)).mtimeMs >=
            Math.max(...ofKind.map((other) => statSync(join(dataDir, other)).mtimeMs))
          : textOf(name).includes(two.hash);
      const ofKind = [...files.keys()].filter((name) => name.includes(`.${kind}.`));
      expect(ofKind).toHaveLength(2);
      const name = ofKind.find(isYoungest) ?? '';
      const bytes = files.get(name) ?? Buffer.alloc(0);
      expect(bytes.length).toBeGreaterThan(100);
      for (let at = 0; at < bytes.length; at++) {
        for (const [what, damage] of DAMAGES) {
          writeFileSync(join(dataDir, name), damage(bytes, at));
          const { sync, value } = start(dataDir);
          const { source, generation: found } = sync.status();
          expect([what, at, source, found, value('b')]).toEqual([what, at, 'disk', generation, false]);
          // Its mark, so that not every start has to look at those of all before.
          for (const mark of readdirSync(dataDir).filter((other) => other.includes('.mark.')))
            rmSync(join(dataDir, mark));
        }
      }
      // Nothing but the damaged one was touched.
      const others = (all: ReadonlyMap<string, Buffer>) =>
        [...all].filter(([other]) => other !== name && !other.includes('.mark.'));
      expect(others(filesIn(dataDir))).toEqual(others(files));
    },
  );

  test('are not used as another kind, for another key, or under another name', async () => {
    const dataDir = await wellKept();
    const files = filesIn(dataDir);
    const named = (kind: string, text: string) =>
      [...files.keys()].find(
        (name) => name.includes(`.${kind}.`) && String(files.get(name)).includes(text),
      ) ?? '';
    const youngest = named('ruleset', two.hash);
    const others = [named('ruleset', one.hash), named('proof', two.hash), named('kills', 'k1')];
    for (const other of others) {
      writeFileSync(join(dataDir, youngest), files.get(other) ?? '');
      expect(start(dataDir).sync.status().generation).toBe(1);
      restore(dataDir, files);
    }
  });

  test('of a newer release are left alone and not used', async () => {
    const dataDir = await wellKept();
    const before = filesIn(dataDir);
    for (const [name, bytes] of before)
      writeFileSync(join(dataDir, name), String(bytes).replace('guidon-record-2', 'guidon-record-3'));
    expect(start(dataDir).sync.status().source).toBe('default');
    expect(readdirSync(dataDir).sort()).toEqual([...before.keys()].sort());
  });

  test('take over what an older release kept, its kills as well, and put records in its place', () => {
    const dataDir = folder();
    const body = JSON.stringify({
      version: 1,
      confirmedAtMs: 1_700_000_000_000,
      killDigest: 'd1',
      marks: [['l1', 2]],
      kills: { kills: [{ id: 'k1', flags: ['b'] }], revived: [] },
      document: two,
    });
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    const identity = digest(JSON.stringify([IDENTITY.url, IDENTITY.keyId, null]));
    const name = `${identity.slice(0, 32)}.snapshot`;
    writeFileSync(join(dataDir, name), `guidon-snapshot-1 ${identity} ${digest(body)}\n${body}`);
    const first = start(dataDir);
    expect(first.sync.status()).toMatchObject({ source: 'disk', generation: 2, proof: 'trying' });
    expect([first.value('a'), first.value('b'), first.world.stream.tag]).toEqual([true, false, 'l1.2.d1']);
    first.sync.stop();
    expect(readdirSync(dataDir)).not.toContain(name);
    const second = start(dataDir);
    expect([second.sync.status().source, second.value('a'), second.value('b')]).toEqual([
      'disk',
      true,
      false,
    ]);
    writeFileSync(join(dataDir, name), `guidon-snapshot-1 ${identity} ${digest('')}\n${body}`);
    expect(start(dataDir).sync.status().generation).toBe(2);
  });
});

test('trusts only a folder of our own user that nobody else can open', () => {
  const stat = (uid: number, mode: number, isDirectory = true) => ({
    uid,
    mode,
    isDirectory: () => isDirectory,
  });
  expect(whyUntrusted(stat(7, 0o40700), 7)).toBeUndefined();
  expect(whyUntrusted(stat(0, 0o40700), 7)).toBe('belongs to user 0 and not to us (7)');
  expect(whyUntrusted(stat(7, 0o40700), 0)).toBe('belongs to user 7 and not to us (0)');
  for (const mode of [0o701, 0o710, 0o704, 0o777])
    expect(whyUntrusted(stat(7, mode), 7)).toMatch(/chmod 700/);
  expect(whyUntrusted(stat(7, 0o100700, false), 7)).toBe('is not a folder');
  expect(whyUntrusted(stat(0, 0o40777), undefined)).toBeUndefined();
});
