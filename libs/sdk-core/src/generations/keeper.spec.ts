import type { RulesetDocument } from '@guidon/protocol';
import { describe, expect, test } from '@jest/globals';
import { document, flag, patchBetween, ruleset } from '../../test/documents.js';
import type { FakeDisk } from '../../test/fake-disk.js';
import { FakeWorld } from '../../test/fake-world.js';
import { EARNED_MS, TRIAL_MS } from '../constants.js';
import { FlagSync } from '../flag-sync.js';

const one = document(1, ruleset({ a: flag('off'), b: flag('on') }));
const two = document(2, ruleset({ a: flag('on'), b: flag('on') }, { revision: 'second' }));
const three = document(3, ruleset({ a: flag('on') }, { revision: 'third' }));
const tag = ({ lineage, generation }: RulesetDocument, digest = 'd0') => `${lineage}.${generation}.${digest}`;

/** A process that starts over what is on the disk; streams are answered by hand. */
function start(disk?: FakeDisk, world = new FakeWorld()) {
  if (disk !== undefined) world.disk = disk;
  const sync = new FlagSync(world.ports(), { initTimeoutMs: 5_000 });
  sync.start();
  const hello = (held: RulesetDocument) =>
    world.send('hello', { lineage: held.lineage, windowMs: 4_000, heartbeatMs: 15_000, target: tag(held) });
  const brings = (held: RulesetDocument) => {
    hello(held);
    world.send('ruleset', held, tag(held));
  };
  const live = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      world.pass(10_000);
      world.heartbeat();
    }
  };
  const value = (key: string) => sync.view?.flags.get(key)?.evaluate({}, 0).value;
  return { world, disk: world.disk, sync, hello, brings, live, value, status: () => sync.status() };
}

/** A disk on which `one` is last known good, and `two` has just come and killed the process that got it. */
function afterADeath() {
  const run = start();
  run.brings(one);
  run.live(EARNED_MS);
  run.world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, tag(one, 'd1'));
  run.world.pass(1_000);
  run.world.send('patch', patchBetween(one, two), tag(two, 'd1'));
  run.world.pass(2_000);
  run.disk.die();
  return run.disk;
}

/** The same after a second death. */
function afterTwoDeaths() {
  const disk = afterADeath();
  const second = start(disk);
  expect(second.status()).toMatchObject({ source: 'disk', generation: 2, proof: 'trying' });
  disk.die();
  return disk;
}

describe('a ruleset', () => {
  test('is marked before it is used, for a minute, and then never again once it is last known good', () => {
    const run = start();
    run.brings(one);
    expect(run.disk.mark).toEqual({ hash: one.hash, lineage: 'l1', generation: 1, deaths: 0 });
    run.live(TRIAL_MS);
    expect([run.disk.mark, run.status().proof]).toEqual([undefined, 'good']);
    run.live(EARNED_MS - TRIAL_MS);
    expect(run.status().proof).toBe('last-known-good');
    run.world.pass(1_000);
    const next = start(run.disk);
    expect([next.disk.mark, next.status().proof]).toEqual([undefined, 'last-known-good']);
  });

  test('that comes again under a higher generation begins no new trial', () => {
    const run = start();
    run.brings(one);
    run.live(TRIAL_MS);
    run.world.send('ruleset', { ...one, generation: 4 }, 'l1.4.d0');
    expect([run.status().generation, run.disk.mark, run.status().proof]).toEqual([4, undefined, 'good']);
    run.world.pass(2_000);
    expect(start(run.disk).status()).toMatchObject({ generation: 4, proof: 'good' });
  });

  test('is cleared by the end of its process, so that any number of short lives are no deaths', () => {
    const { disk } = (() => {
      const run = start();
      run.brings(one);
      run.live(EARNED_MS);
      run.sync.stop();
      return run;
    })();
    for (let life = 0; life < 5; life++) {
      const run = start(disk);
      run.brings(two);
      run.world.pass(900);
      run.sync.stop();
      expect(disk.mark).toBeUndefined();
      disk.die();
    }
    expect([start(disk).status().generation, disk.ids('quarantine')]).toEqual([2, []]);
  });

  test('takes its place on a full disk from none, and is stored when there is room again', () => {
    const run = start();
    run.brings(one);
    run.live(TRIAL_MS);
    run.disk.isFull = true;
    run.world.send('ruleset', two, tag(two));
    run.live(TRIAL_MS + 10_000);
    expect([run.value('a'), run.disk.ids('proof')]).toEqual([true, [one.hash]]);
    run.disk.isFull = false;
    run.world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, tag(two, 'd1'));
    run.world.pass(1_000);
    expect([...run.disk.ids('ruleset')].sort()).toEqual([one.hash, two.hash].sort());
    expect(start(run.disk).status()).toMatchObject({ generation: 2, proof: 'good' });
  });

  test('of another environment leaves nothing of the one before to go back to', () => {
    const run = start();
    run.brings(one);
    run.live(EARNED_MS);
    run.world.send('kill', { kills: [{ id: 'k1', flags: ['b'] }] }, tag(one, 'd1'));
    run.world.pass(1_000);
    run.world.fail();
    run.world.untilReconnected();
    const moved = document(1, ruleset({ b: flag('on') }, { environment: 'staging' }), { lineage: 'l2' });
    run.brings(moved);
    run.sync.stop();
    const next = start(run.disk);
    expect([next.status().environment, next.value('b'), next.disk.ids('proof')]).toEqual([
      'staging',
      true,
      [moved.hash],
    ]);
  });
});

describe('two deaths in a row', () => {
  test('put a ruleset in quarantine: the older good one is served, with the kills and the age that are its own', () => {
    const run = start(afterTwoDeaths());
    expect(run.status()).toMatchObject({ source: 'disk', generation: 1, proof: 'last-known-good' });
    expect([run.value('a'), run.value('b')]).toEqual([false, false]);
    expect(run.status().ageMs).toBeGreaterThanOrEqual(0);
    expect(run.world.warnings[0]).toMatch(/Generation 2 is not used any more until something newer comes/);
    expect(run.world.stream.tag).toBe(tag(one, 'd1'));
    // Should it come back one day, it begins without deaths.
    expect(run.disk.marks.died()).toEqual([]);
  });

  test('keep it away by whatever way it comes, until something newer comes', () => {
    const run = start(afterTwoDeaths());
    run.hello(two);
    run.world.send('patch', patchBetween(one, two), tag(two, 'd1'));
    expect([run.value('a'), run.status().state, run.world.requests.length]).toEqual([false, 'stale', 0]);
    run.world.send('ruleset', two, tag(two, 'd1'));
    expect([run.value('a'), run.status().state]).toEqual([false, 'stale']);
    expect(run.status().trouble).toMatch(/died repeatedly/);
    run.sync.stop();
    const next = start(run.disk);
    expect(next.status()).toMatchObject({ generation: 1 });
    next.brings(two);
    expect(next.value('a')).toBe(false);
    next.world.send('ruleset', three, tag(three, 'd1'));
    expect([next.value('a'), next.status()]).toEqual([
      true,
      expect.objectContaining({ state: 'ready', generation: 3 }),
    ]);
    next.world.pass(1_000);
    expect(next.disk.ids('quarantine')).toEqual([]);
    // It may come back now: what it was blamed for may have been mended.
    next.world.send('ruleset', { ...two, generation: 4 }, 'l1.4.d1');
    expect(next.status()).toMatchObject({ state: 'ready', generation: 4 });
  });

  test('do not keep the client from what the server serves between the two', () => {
    const disk = afterTwoDeaths();
    const run = start(disk);
    const between = {
      ...document(1, ruleset({ a: flag('on'), c: flag('on') }, { revision: 'between' })),
      generation: 1,
    };
    run.brings(between);
    expect([run.value('c'), run.status().state]).toEqual([true, 'ready']);
  });

  test('are known to the next process as well where the quarantine could not be written', () => {
    const disk = afterTwoDeaths();
    disk.isFull = true;
    expect(start(disk).status().generation).toBe(1);
    disk.isFull = false;
    expect([start(disk).status().generation, disk.ids('quarantine')]).toEqual([1, [two.hash]]);
  });

  test('are no more than one when the first was followed by a minute of life', () => {
    const disk = afterADeath();
    const lives = start(disk);
    lives.hello(two);
    lives.live(TRIAL_MS);
    const later = start(disk);
    later.brings(two);
    disk.die();
    expect(start(disk).status().generation).toBe(2);
  });

  test('change nothing where the older one cannot be read, and it is served on', () => {
    const disk = afterTwoDeaths();
    disk.records.set(`ruleset ${one.hash}`, '{"damaged":');
    const run = start(disk);
    expect(run.status()).toMatchObject({ generation: 2, proof: 'trying' });
    expect(disk.ids('quarantine')).toEqual([]);
  });

  test('are forgotten when the older one is damaged later, so that there is something to serve', () => {
    const disk = afterTwoDeaths();
    start(disk);
    disk.records.set(`ruleset ${one.hash}`, '{"damaged":');
    const run = start(disk);
    expect([run.status().source, run.value('a')]).toEqual(['default', undefined]);
    run.brings(two);
    expect([run.status().state, run.value('a'), run.value('b')]).toEqual(['ready', true, false]);
  });
});

describe('kills on disk', () => {
  test('are those of every process that wrote there', () => {
    const first = start();
    first.brings(one);
    const second = start(first.disk, Object.assign(new FakeWorld(), { randomNumber: 0.25 }));
    first.world.send('kill', { kills: [{ id: 'k1', flags: ['a'] }] }, tag(one, 'd1'));
    second.brings(one);
    second.world.send('kill', { kills: [{ id: 'k2', flags: ['b'] }] }, tag(one, 'd2'));
    second.sync.stop();
    first.sync.stop();
    const next = start(first.disk);
    expect([next.value('a'), next.value('b')]).toEqual([false, false]);
    // One before the newest stays; the others go.
    next.brings(one);
    next.sync.stop();
    next.world.pass(5_000);
    const last = start(next.disk);
    last.brings(one);
    last.world.pass(1_000);
    last.sync.stop();
    expect(last.disk.ids('kills')).toHaveLength(2);
    expect(start(next.disk).value('b')).toBe(false);
  });
});
