import { evaluate } from '@guidon/engine/evaluate';
import { createGitRemote, flagFile, type GitRemote, projectFile, startPostgres } from '@guidon/testkit';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { ASKER, aSyncingReplica, auditEntries, openStore, type Replica } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';
import type { WaveUnderWay } from './catalog-waves.js';
import type { WaveMove } from './move-wave.js';
import type { RevisionSource } from './revision-source.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
/** Other content in production that serves the same. */
const RULED = OFF.replace(
  'production: off',
  'production:\n    rules:\n      - { id: north, when: { country: NO }, serve: off }\n    serve: off',
);
const OTHER = RULED.replace('development: on', 'development: off');
const ON_IN_PRODUCTION = RULED.replace('serve: off }\n', 'serve: on }\n');
const WAVES = '[{ percent: 10, hold: 60s }, { percent: 50, hold: 60s }]';

function remoteWith(options: Parameters<typeof projectFile>[0] = {}): Promise<GitRemote> {
  return createGitRemote({
    files: { 'flags/guidon.yaml': projectFile(options), 'flags/checkout.yaml': OFF, 'flags/login.yaml': OFF },
  });
}

/** What one SDK instance gets of `checkout` in production, and under which generation. */
function gets(replica: Replica, instance?: string): unknown {
  const live = replica.live.rulesetFor('production', instance);
  if (live === undefined) return undefined;
  return [evaluate(live.view, 'checkout', {}, 0).variant, live.generation];
}

function serves(replica: Replica, flag: string, environment: string): unknown {
  const live = replica.live.current(environment);
  return live === undefined ? undefined : evaluate(live.view, flag, {}, 0).variant;
}

const isInWave = (instance: string) => instance.startsWith('early');
const PERSON = { actor: ASKER.actor, requestId: ASKER.requestId };

function wave(replica: Replica): WaveUnderWay {
  const [running] = replica.waves.running();
  if (running === undefined) throw new Error('no wave runs');
  return running;
}

function move(replica: Replica, what: WaveMove, reason = 'Nothing is worse.'): Promise<string> {
  const made = { move: what, reason, evidence: { errors: 0 }, actor: 'system:waves' };
  return replica.waves.move(wave(replica), made);
}

function heldWhere(subject: string): (revision: RevisionSource) => RevisionSource {
  const holds = [{ kind: 'unreviewed' as const, sentence: 'Nobody but its author has looked at it.' }];
  return (revision) => (revision.subject.includes(subject) ? { ...revision, holds } : revision);
}

function servesWhatItShould(open: () => Promise<Database>): void {
  it('brings a change to the first instances only, keeps that over a restart, and then to everybody', async () => {
    const database = await open();
    const remote = await remoteWith({ waves: WAVES });
    const replica = await aSyncingReplica(database, remote.url, { isInWave });
    await replica.sync.sync();
    expect(gets(replica, 'early-1')).toEqual(['off', 1]);
    await remote.publish({ 'flags/login.yaml': RULED });
    await replica.sync.sync();
    expect([gets(replica, 'early-1'), gets(replica, 'late-1'), gets(replica)]).toEqual([
      ['off', 2],
      ['off', 1],
      ['off', 1],
    ]);
    // Another replica that starts in the middle makes the earlier content again from the database.
    const later = await aSyncingReplica(database, remote.url, { isInWave });
    await later.catalog.refresh();
    expect([gets(later, 'early-1'), gets(later, 'late-1')]).toEqual([
      ['off', 2],
      ['off', 1],
    ]);
    const hash = (one: Replica, instance: string) => one.live.rulesetFor('production', instance)?.hash;
    for (const instance of ['early-1', 'late-1']) expect(hash(later, instance)).toBe(hash(replica, instance));
    expect(await move(replica, { kind: 'advance', stage: 1 })).toBe('moved');
    expect(wave(replica).wave).toMatchObject({ id: 'production.2', stage: 1 });
    await later.catalog.refresh();
    expect(await move(later, { kind: 'finish' })).toBe('moved');
    expect(await move(replica, { kind: 'finish' })).toBe('stale');
    expect([gets(replica, 'early-1'), gets(replica, 'late-1')]).toEqual([
      ['off', 2],
      ['off', 2],
    ]);
    const actions = (await auditEntries(database)).map(({ action }) => action);
    expect(actions).toEqual(['revision.publish', 'revision.publish', 'wave.advance', 'wave.finish']);
  });

  it('takes a bad wave back under a higher generation, and does not try the same content again', async () => {
    const database = await open();
    const remote = await remoteWith({ waves: WAVES });
    const replica = await aSyncingReplica(database, remote.url, { isInWave });
    await replica.sync.sync();
    await remote.publish({ 'flags/login.yaml': RULED });
    await replica.sync.sync();
    const steps: unknown[] = [];
    replica.live.subscribe((change) => {
      if (change.kind === 'ruleset') steps.push(change.steps.map(({ from, to }) => [from, to.generation]));
    });
    await move(replica, { kind: 'roll-back' }, 'Errors are up.');
    expect([gets(replica, 'early-1'), gets(replica, 'late-1')]).toEqual([
      ['off', 3],
      ['off', 3],
    ]);
    expect(steps).toEqual([
      [
        [1, 3],
        [2, 3],
      ],
    ]);
    await remote.publish({ 'README.md': 'nothing of ours' });
    await replica.sync.sync();
    expect(replica.waves.running()).toEqual([]);
    const [head] = replica.catalog.knownHeads().filter(({ environment }) => environment === 'production');
    expect(head?.held).toMatchObject({ why: 'rolled-back', sentences: ['Errors are up.'] });
    const commit = head?.held?.revision as string;
    await replica.acceptances.accept({ commit, ...PERSON, reason: 'It was the network.' });
    expect(wave(replica)).toMatchObject({ candidate: { revision: commit, generation: 4 } });
    expect([gets(replica, 'early-1'), gets(replica, 'late-1')]).toEqual([
      ['off', 4],
      ['off', 3],
    ]);
  });

  it('holds a revision back from protected environments until a person accepts it', async () => {
    const database = await open();
    const remote = await remoteWith();
    const replica = await aSyncingReplica(database, remote.url, { alter: heldWhere('direct') });
    await replica.sync.sync();
    const commit = await remote.publish(
      { 'flags/login.yaml': OTHER, 'flags/checkout.yaml': RULED },
      'direct push',
    );
    await replica.sync.sync();
    expect((await replica.sync.status()).state).toBe('held');
    expect([serves(replica, 'login', 'development'), gets(replica)]).toEqual(['off', ['off', 1]]);
    const order = { commit: commit.slice(0, 10), ...PERSON, reason: 'I have read it.' };
    await replica.acceptances.accept(order);
    await replica.sync.sync();
    expect((await replica.sync.status()).state).toBe('accepted');
    expect(gets(replica)).toEqual(['off', 2]);
    await expect(replica.acceptances.accept(order)).rejects.toMatchObject({ code: 'revision-not-held' });
    await expect(replica.acceptances.accept({ ...order, commit: 'abcdef0' })).rejects.toMatchObject({
      code: 'revision-not-found',
    });
    const actions = (await auditEntries(database)).map(({ action }) => action);
    expect(actions).toEqual(['revision.publish', 'revision.hold', 'revision.accept', 'revision.publish']);
  });

  it('goes back to an earlier revision at once, holds later ones behind the pin, and lets Git agree', async () => {
    const database = await open();
    const remote = await remoteWith();
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const good = (await replica.sync.status()).revision as string;
    await remote.publish({ 'flags/checkout.yaml': RULED });
    await replica.sync.sync();
    expect(gets(replica)).toEqual(['off', 2]);
    const order = { commit: good, environments: ['production'], ...PERSON, reason: 'It burns.' };
    expect((await replica.pins.pin(order)).heads).toMatchObject([{ generation: 3, pin: { revision: good } }]);
    expect((await replica.pins.pin(order)).heads).toEqual([]);
    await remote.publish({ 'flags/login.yaml': OTHER });
    await replica.sync.sync();
    expect([gets(replica), serves(replica, 'login', 'development')]).toEqual([['off', 3], 'off']);
    // A fresh replica serves the pinned content as well, though it is not the newest.
    const later = await aSyncingReplica(database, remote.url);
    await later.catalog.refresh();
    expect(gets(later)).toEqual(['off', 3]);
    expect(await replica.pins.unpin({ ...order, reason: 'Mended.' })).toEqual(['production']);
    expect(gets(replica)).toEqual(['off', 4]);
    expect(await replica.pins.unpin({ ...order, reason: 'Mended.' })).toEqual([]);
    await replica.pins.pin(order);
    await remote.publish({ 'flags/checkout.yaml': OFF, 'flags/login.yaml': OFF });
    await replica.sync.sync();
    const [head] = replica.catalog.knownHeads().filter(({ environment }) => environment === 'production');
    expect([head?.pin, head?.waiting, gets(replica)]).toEqual([undefined, undefined, ['off', 5]]);
  });

  it('keeps a pin while a file is frozen at the version that the pin serves, until Git itself agrees', async () => {
    const database = await open();
    const remote = await remoteWith();
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const good = (await replica.sync.status()).revision as string;
    const edit = async (files: Record<string, string>) => {
      await remote.publish(files);
      await replica.sync.sync();
    };
    const pinOf = () =>
      replica.catalog.knownHeads().find(({ environment }) => environment === 'production')?.pin;
    await edit({ 'flags/checkout.yaml': 'type: [', 'flags/login.yaml': RULED });
    expect((await replica.sync.status()).frozen).toEqual(['checkout.yaml']);
    const order = { commit: good, environments: ['production'], ...PERSON, reason: 'It burns.' };
    await replica.pins.pin(order);
    // What would be served is what is pinned, by the grace of the frozen file.
    await edit({ 'flags/login.yaml': OFF });
    expect((await replica.sync.status()).state).toBe('partly');
    expect(pinOf()).toMatchObject({ revision: good });
    await edit({ 'flags/checkout.yaml': ON_IN_PRODUCTION });
    expect([pinOf()?.revision, gets(replica)]).toEqual([good, ['off', 3]]);
    await edit({ 'flags/checkout.yaml': OFF });
    expect([pinOf(), gets(replica)]).toEqual([undefined, ['off', 3]]);
  });

  it('goes back to nothing that not everybody had', async () => {
    const database = await open();
    const remote = await remoteWith({ waves: WAVES });
    const replica = await aSyncingReplica(database, remote.url, { isInWave });
    await replica.sync.sync();
    const commit = await remote.publish({ 'flags/checkout.yaml': RULED });
    await replica.sync.sync();
    const order = { commit, environments: 'all' as const, ...PERSON, reason: 'Just so.' };
    await expect(replica.pins.pin(order)).rejects.toMatchObject({ code: 'revision-not-served' });
    await move(replica, { kind: 'finish' });
    await expect(replica.pins.pin(order)).resolves.toMatchObject({ revision: { commit } });
  });

  it('serves an environment that the project has no longer as it was, also where a server starts anew', async () => {
    const database = await open();
    const remote = await remoteWith();
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const had = replica.live.current('development');
    const here = flagFile({ serve: { production: 'off' } });
    const project = projectFile();
    await remote.publish({
      'flags/guidon.yaml': project.replace('  - id: development\n', ''),
      ...{ 'flags/checkout.yaml': here, 'flags/login.yaml': here },
    });
    await replica.sync.sync();
    const later = await aSyncingReplica(database, remote.url);
    await later.catalog.refresh();
    for (const { live } of [replica, later]) {
      expect([live.environments(), live.removedEnvironments()]).toEqual([['production'], ['development']]);
      const { generation, hash } = live.current('development') ?? {};
      expect({ generation, hash }).toEqual({ generation: had?.generation, hash: had?.hash });
    }
    expect(replica.live.current('development')?.ruleset).toBe(had?.ruleset);
    await remote.publish({
      'flags/guidon.yaml': project,
      'flags/checkout.yaml': OFF,
      'flags/login.yaml': OTHER,
    });
    await replica.sync.sync();
    await later.catalog.refresh();
    for (const { live } of [replica, later]) {
      expect(live.removedEnvironments()).toEqual([]);
      expect(live.current('development')?.generation).toBe((had?.generation ?? 0) + 1);
    }
  });

  it('lays a kill over both rulesets of a wave at once, and over content that is older than the newest', async () => {
    const database = await open();
    const remote = await remoteWith({ waves: WAVES });
    const replica = await aSyncingReplica(database, remote.url, { isInWave });
    await replica.sync.sync();
    await remote.publish({ 'flags/login.yaml': RULED });
    await replica.sync.sync();
    await replica.killSwitch.press(
      { scope: { flag: 'checkout' }, environments: 'all', reason: 'It burns.' },
      ASKER,
    );
    const reasons = ['early-1', 'late-1'].map((instance) => {
      const live = replica.live.rulesetFor('production', instance);
      return live && evaluate(live.view, 'checkout', {}, 0).reason;
    });
    expect(reasons).toEqual(['DISABLED', 'DISABLED']);
  });
}

const opened: Database[] = [];

async function opening(url: string | undefined): Promise<Database> {
  const database = await openStore(url);
  opened.push(database);
  return database;
}

afterAll(() => Promise.all(opened.map((database) => database.close())));

const postgres = await startPostgres();
const LONG = process.env.GUIDON_TEST_LONG === '1';

// Every test opens a store, which takes the embedded database seconds; both are gone through in the long suite.
const describeEmbedded = LONG || postgres === undefined ? describe : () => undefined;
describeEmbedded('what an environment serves, on the embedded database', () => {
  servesWhatItShould(() => opening(undefined));
});

const describeWithPostgres = postgres === undefined ? describe.skip : describe;

describeWithPostgres('what an environment serves, on PostgreSQL', () => {
  servesWhatItShould(async () => opening((await postgres?.createDatabase())?.url));
});
