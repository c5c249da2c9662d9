import type { RulesetDocument } from '@guidon/protocol';
import { describe, expect, test } from '@jest/globals';
import { document, flag, patchBetween, ruleset } from '../test/documents.js';
import { FakeDisk } from '../test/fake-disk.js';
import { FakeWorld } from '../test/fake-world.js';
import type { SyncEvent } from './announcer.js';
import { FlagSync, type SyncSettings } from './flag-sync.js';

const one = document(1, ruleset({ a: flag('off'), b: flag('on') }));
const two = document(2, ruleset({ a: flag('on'), b: flag('on') }, { revision: 'second' }));
const three = document(3, ruleset({ a: flag('on') }, { revision: 'third' }));
const tag = (generation: number, digest = 'd0') => `l1.${generation}.${digest}`;

function begin(world = new FakeWorld(), settings: Partial<SyncSettings> = {}) {
  const sync = new FlagSync(world.ports(), { initTimeoutMs: 5_000, ...settings });
  const events: SyncEvent[] = [];
  sync.subscribe((event) => events.push(event));
  sync.start();
  const value = (key: string) => sync.view?.flags.get(key)?.evaluate({}, 0).value;
  const greet = (target: string) =>
    world.send('hello', { lineage: 'l1', windowMs: 4_000, heartbeatMs: 15_000, target });
  const types = () => events.map((event) => event.type);
  return { world, sync, events, value, greet, types, state: () => sync.status().state };
}

/** A client that has been brought to a document over the stream. */
function synced(held: RulesetDocument = one, world = new FakeWorld(), settings: Partial<SyncSettings> = {}) {
  const run = begin(world, settings);
  run.greet(tag(held.generation));
  world.send('ruleset', held, tag(held.generation));
  return run;
}

describe('a start', () => {
  test('asks without a tag, takes the ruleset, and is ready', () => {
    const { world, sync, value, types } = synced();
    expect(world.stream.tag).toBeUndefined();
    expect(value('b')).toBe(true);
    expect(types()).toEqual(['ready']);
    expect(sync.status()).toMatchObject({
      state: 'ready',
      source: 'network',
      ageMs: 0,
      generation: 1,
      revision: 'c0ffee',
    });
  });

  test('has nothing and says so at the end of the time-out, and recovers', () => {
    const run = begin();
    run.world.fail();
    run.world.pass(4_999);
    expect(run.state()).toBe('starting');
    run.world.pass(1);
    expect([run.state(), run.sync.status().trouble]).toEqual(['error', 'The server is away.']);
    run.world.pass(30_000);
    run.greet(tag(1));
    run.world.send('ruleset', one, tag(1));
    expect(run.events.slice(-2)).toEqual([{ type: 'change', flags: ['a', 'b'] }, { type: 'ready' }]);
  });

  test('serves the disk snapshot before anything was opened, kills included, and resumes from its tag', () => {
    const first = synced();
    first.world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, tag(1, 'd1'));
    first.sync.stop();
    const world = new FakeWorld();
    world.disk = first.world.disk;
    world.elapsedMs = 7_000;
    const sync = new FlagSync(world.ports(), { initTimeoutMs: 5_000 });
    expect(sync.view?.flags.get('b')?.evaluate({}, 0)).toMatchObject({ value: false, reason: 'DISABLED' });
    expect(sync.status()).toMatchObject({ state: 'starting', source: 'disk', ageMs: 7_000, generation: 1 });
    sync.start();
    expect(world.stream.tag).toBe(tag(1, 'd1'));
  });

  test('is ready from disk as soon as the server confirms it', () => {
    const world = new FakeWorld();
    world.disk = synced().world.disk;
    const { greet, sync } = begin(world);
    greet(tag(1));
    expect(sync.status()).toMatchObject({ state: 'ready', source: 'network' });
  });

  test('waits for the kills when the digest is not its own, but not for ever', () => {
    const { disk } = synced().world;
    const withKills = begin(Object.assign(new FakeWorld(), { disk: disk.copy() }));
    withKills.greet(tag(1, 'd9'));
    expect(withKills.state()).toBe('starting');
    withKills.world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, tag(1, 'd9'));
    expect([withKills.state(), withKills.value('b')]).toEqual(['ready', false]);
    const without = begin(Object.assign(new FakeWorld(), { disk: disk.copy() }));
    without.greet(tag(1, 'd9'));
    without.world.pass(1_000);
    expect(without.state()).toBe('ready');
  });

  test('is ready as soon as an id alone shows that there is nothing to send', () => {
    const run = begin(Object.assign(new FakeWorld(), { disk: synced().world.disk }));
    run.greet(tag(1, 'd9'));
    run.world.stream.handlers.chunk(`id: ${tag(1, 'd9')}\n\n`);
    expect(run.state()).toBe('ready');
    run.world.fail();
    run.world.untilReconnected();
    expect(run.world.stream.tag).toBe(tag(1, 'd9'));
  });

  test('is stale from disk at the first failure', () => {
    const world = Object.assign(new FakeWorld(), { disk: synced().world.disk });
    const run = begin(world);
    world.fail();
    expect([run.state(), run.sync.status().source, run.value('b')]).toEqual(['stale', 'disk', true]);
  });

  test.each(['', '{', '{"version":1}', '{"version":99,"confirmedAtMs":1}', 'null', '[]'])(
    'ignores records that hold %j',
    (text) => {
      const disk = new FakeDisk();
      for (const name of ['proof h', 'ruleset h', 'kills h', 'quarantine h', 'snapshot '])
        disk.records.set(name, text);
      const { sync } = begin(Object.assign(new FakeWorld(), { disk }));
      expect(sync.status()).toMatchObject({ state: 'starting', source: 'default', ageMs: undefined });
    },
  );

  test('uses the bootstrap only when there is no snapshot, and the network before both', () => {
    const only = begin(new FakeWorld(), { bootstrap: () => two });
    expect([only.sync.status().source, only.value('a')]).toEqual(['bootstrap', true]);
    expect(only.world.stream.tag).toBeUndefined();
    const disk = begin(Object.assign(new FakeWorld(), { disk: synced().world.disk }), {
      bootstrap: () => two,
    });
    expect([disk.sync.status().source, disk.value('a')]).toEqual(['disk', false]);
    only.greet(tag(3));
    only.world.send('ruleset', three, tag(3));
    expect(only.sync.status()).toMatchObject({ source: 'network', generation: 3 });
  });

  test('says that a bootstrap is of no use', () => {
    expect(begin(new FakeWorld(), { bootstrap: () => ({ flags: 1 }) }).world.warnings[0]).toMatch(
      /bootstrap is not a ruleset/,
    );
  });
});

describe('a change', () => {
  test('comes by patch and names its flags', () => {
    const { world, value, events, sync } = synced();
    world.send('patch', patchBetween(one, two), tag(2));
    expect(value('a')).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'change', flags: ['a'] });
    expect(sync.status()).toMatchObject({ state: 'ready', generation: 2, revision: 'second' });
  });

  test('that does not fit is fetched whole after a part of the window, keeping the old values meanwhile', () => {
    const { world, value } = synced();
    world.send('patch', { ...patchBetween(one, two), hash: '0'.repeat(32) }, tag(2));
    expect([value('a'), world.requests.length]).toEqual([false, 0]);
    world.pass(2_000);
    expect(world.request.tag).toBeUndefined();
    world.request.answer({ kind: 'document', text: JSON.stringify(two), etag: `"${tag(2)}"` });
    expect(value('a')).toBe(true);
  });

  test('that was missed is fetched until the answer has caught up', () => {
    const { world, sync } = synced();
    world.send('patch', patchBetween(two, three), tag(3));
    world.pass(2_000);
    expect(world.request.tag).toBe(tag(1));
    world.request.answer({ kind: 'document', text: JSON.stringify(two), etag: tag(2) });
    expect(sync.status().generation).toBe(2);
    world.pass(10_000);
    expect(world.requests.length).toBe(2);
    world.request.answer({ kind: 'document', text: JSON.stringify(three), etag: tag(3) });
    world.pass(60_000);
    expect([sync.status().generation, world.requests.length]).toEqual([3, 2]);
  });

  test('that was missed is asked for again when a replica answers that it has nothing newer', () => {
    const { world } = synced();
    world.send('patch', patchBetween(two, three), tag(3));
    world.pass(2_000);
    world.request.answer({ kind: 'unchanged' });
    world.pass(10_000);
    expect(world.requests.length).toBe(2);
  });

  test('resumes without a tag when a patch did not fit and the stream was lost before the fetch', () => {
    const { world } = synced();
    world.send('patch', { ...patchBetween(one, two), hash: '0'.repeat(32) }, tag(2));
    world.fail();
    world.pass(4_000);
    expect([world.streams.length, world.stream.tag]).toEqual([2, undefined]);
  });

  test('by kill is laid over at once and outlives a restart without a new ruleset', () => {
    const { world, value, events } = synced();
    world.pass(2_000);
    world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, tag(1, 'd1'));
    expect([value('b'), events.at(-1)]).toEqual([false, { type: 'change', flags: ['b'] }]);
    expect(begin(Object.assign(new FakeWorld(), { disk: world.disk })).value('b')).toBe(false);
    world.send('revive', { revived: ['k1'] }, tag(1, 'd2'));
    expect(value('b')).toBe(true);
  });

  test('from a replica that lags is ignored, and the client stays in sync', () => {
    const run = synced(two);
    run.world.fail();
    run.world.pass(4_000);
    run.greet(tag(1));
    run.world.send('ruleset', one, tag(1));
    expect(run.sync.status()).toMatchObject({ state: 'ready', generation: 2 });
  });

  test('of lineage means a full resync, and the kills stay', () => {
    const run = synced(two);
    run.world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, tag(2, 'd1'));
    run.world.fail();
    run.world.pass(4_000);
    run.world.send('hello', { lineage: 'l2', windowMs: 4_000, heartbeatMs: 15_000, target: 'l2.1.d0' });
    run.world.send('ruleset', document(1, one, { lineage: 'l2' }), 'l2.1.d0');
    expect(run.sync.status()).toMatchObject({ state: 'ready', generation: 1 });
    expect(run.value('b')).toBe(false);
    expect(run.world.warnings.some((line) => line.includes('Kill k1'))).toBe(true);
  });

  test('to an unknown format keeps the old ruleset, turns stale, and asks for an update', () => {
    const run = synced();
    run.world.send('ruleset', { ...two, format: 2 }, tag(2));
    expect([run.value('a'), run.state()]).toEqual([false, 'stale']);
    expect(run.world.warnings).toEqual(['The server speaks a newer ruleset format: update the SDK.']);
  });

  test('of environment is refused when the application named one', () => {
    const run = synced(one, new FakeWorld(), { environment: 'staging' });
    expect([run.value('a'), run.world.warnings[0]]).toEqual([
      undefined,
      expect.stringContaining('another environment'),
    ]);
  });
});

describe('a loss', () => {
  test('turns stale at once, error after the grace period, and ready again', () => {
    const run = synced();
    run.world.fail();
    expect(run.state()).toBe('stale');
    run.world.pass(70_000);
    expect([run.state(), run.value('b')]).toEqual(['error', true]);
    expect(run.sync.status().ageMs).toBe(70_000);
    run.world.untilReconnected();
    run.greet(tag(1));
    expect(run.types()).toEqual(['ready', 'stale', 'error', 'ready']);
  });

  test('is noticed when a stream falls silent for three heartbeats', () => {
    const { world, state } = synced();
    for (let i = 0; i < 10; i++) {
      world.pass(14_000);
      world.heartbeat();
    }
    expect([state(), world.streams.length]).toEqual(['ready', 1]);
    world.pass(45_000);
    expect(world.streams[0]?.open).toBe(false);
    expect(state()).toBe('stale');
  });

  test('of the right to ask keeps the values and asks again within five minutes', () => {
    const { world, value, state } = synced();
    world.fail({ kind: 'status', status: 401, sentence: 'The key was refused.' });
    expect([value('b'), state()]).toEqual([true, 'stale']);
    world.pass(149_999);
    expect(world.streams.length).toBe(1);
    world.pass(150_001);
    expect(world.streams.length).toBe(2);
  });

  test('of every stream leads to polls, whose 304 makes it ready again', () => {
    const { world, state } = synced();
    for (let i = 0; i < 3; i++) {
      world.fail();
      world.pass(i === 2 ? 0 : 20_000);
    }
    world.randomNumber = 1;
    world.pass(30_000);
    expect(world.request.tag).toBe(tag(1));
    world.request.answer({ kind: 'unchanged' });
    expect(state()).toBe('ready');
    world.fail();
    expect(state()).toBe('ready');
  });

  test('by a goodbye comes back within its window', () => {
    const { world, state } = synced();
    world.send('goodbye', { windowMs: 20_000 });
    expect([state(), world.streams[0]?.open]).toEqual(['stale', false]);
    world.pass(10_000);
    expect(world.streams.length).toBe(2);
  });

  test.each(['kill', 'ruleset', 'patch', 'hello'])(
    'follows a broken %s event, and nothing is lost',
    (name) => {
      const { world, value } = synced();
      world.send(name, { nonsense: true });
      expect([world.streams[0]?.open, value('b')]).toEqual([false, true]);
      world.pass(4_000);
      expect(world.streams.length).toBe(2);
    },
  );

  test('does not follow an unknown event', () => {
    const { world, state } = synced();
    world.send('later', 'x');
    expect([world.streams[0]?.open, state()]).toEqual([true, 'ready']);
  });

  test('is warned of once, not at every attempt', () => {
    const { world } = begin();
    for (let i = 0; i < 5; i++) {
      world.fail();
      world.pass(31_000);
    }
    expect(world.warnings).toEqual(['The server is away.']);
  });
});

describe('the snapshot', () => {
  test('is written at once, then at most once a second', () => {
    const { world } = synced();
    expect(world.disk.writes).toBe(1);
    for (const id of ['k1', 'k2', 'k3']) world.send('kill', { kills: [{ id, flags: ['a'] }] }, tag(1, id));
    expect(world.disk.writes).toBe(1);
    world.pass(1_000);
    expect(world.disk.writes).toBe(2);
    expect(world.disk.text).toContain('k3');
  });

  test('is written before stop returns', () => {
    const { world, sync } = synced();
    world.send('kill', { kills: [{ id: 'k1', flags: ['a'] }] }, tag(1, 'd1'));
    sync.stop();
    expect(world.disk.text).toContain('k1');
  });

  test('is renewed now and then while nothing changes, so that its age stays honest', () => {
    const { world } = synced();
    for (let i = 0; i < 61; i++) {
      world.pass(10_000);
      world.heartbeat();
    }
    // At once, after the minute that makes it good, and after ten that make it last known good.
    expect(world.disk.writes).toBe(3);
    const proof = JSON.parse(world.disk.list('proof')[0] ?? '');
    expect(proof.confirmedAtMs).toBeGreaterThanOrEqual(world.now().epochMs - 20_000);
  });
});

describe('stop', () => {
  test('leaves no timer, stream, request or listener, in whatever state', () => {
    const behind = synced();
    behind.world.send('patch', patchBetween(two, three), tag(3));
    behind.world.pass(2_000);
    const away = begin();
    away.world.fail();
    for (const { world, sync, events, state } of [begin(), synced(), behind, away]) {
      sync.stop();
      sync.stop();
      expect(world.timersLeft).toBe(0);
      expect(
        [...world.streams, ...world.requests].filter((each) => each.open && each !== away.world.streams[0]),
      ).toEqual([]);
      const told = events.length;
      world.stream.handlers.failed({ kind: 'network', sentence: 'late' });
      expect([events.length, state()]).toEqual([told, 'closed']);
    }
  });

  test('may be called by a listener', () => {
    const run = begin();
    run.sync.subscribe(() => run.sync.stop());
    run.greet(tag(1));
    run.world.send('ruleset', one, tag(1));
    expect([run.world.timersLeft, run.state(), run.world.stream.open]).toEqual([0, 'closed', false]);
  });

  test('is not prevented by a listener that throws', () => {
    const run = begin();
    run.sync.subscribe(() => {
      throw new Error('mine');
    });
    run.greet(tag(1));
    run.world.send('ruleset', one, tag(1));
    expect([run.state(), run.world.warnings[0]]).toEqual(['ready', expect.stringContaining('mine')]);
  });
});
