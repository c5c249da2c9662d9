import {
  createGitRemote,
  type FakeClock,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  type TestPostgres,
} from '@guidon/testkit';
import { describe, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, openQuickStore, openStore, type SyncingReplica } from '../../test/store-kit.js';
import { hasCandidate } from './wave-membership.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const postgres: TestPostgres | undefined = await startPostgres();

const ON = flagFile({ serve: { development: 'on', production: 'on' } });
const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
/** Serves the Alps in production, which is away from safe for some. */
const ALPINE = OFF.replace(
  'production: off',
  'production: { rules: [{ id: alpine, when: { country: [CH] }, percent: 5, serve: on }], serve: off }',
);

function frozenProject(from: string, to: string, waves = ''): string {
  const more = `${waves}freeze: [{ from: ${from}, to: ${to}, reason: Sale }]`;
  return projectFile().replace('protected: true', `protected: true, ${more}`);
}

function remoteWith(project: string): Promise<GitRemote> {
  return createGitRemote({
    files: { 'flags/guidon.yaml': project, 'flags/a.yaml': OFF, 'flags/b.yaml': ON, 'flags/c.yaml': OFF },
  });
}

/** Freezes, too, go by the clock that the test turns. */
const turned = (clock: FakeClock) => ({ clock, storeNowMs: async () => clock.nowMs() });

const headOf = ({ catalog }: SyncingReplica) =>
  catalog.knownHeads().find(({ environment }) => environment === 'production');

describe('a freeze while a wave is under way', () => {
  const WAVES = 'waves: [{ percent: 1, hold: 1h }], ';
  const FROM = '2026-11-23T12:01:00Z';

  it('compares with the candidate of the wave, also in a server that has only just started', async () => {
    const clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
    const database = await openQuickStore(postgres);
    const remote = await remoteWith(frozenProject(FROM, '2026-11-24T00:00:00Z', WAVES));
    const options = { ...turned(clock), isInWave: hasCandidate };
    const replica = await aSyncingReplica(database, remote.url, options);
    await replica.sync.sync();
    const first = await remote.publish({ 'flags/a.yaml': ALPINE }, 'Before the freeze');
    await replica.sync.sync();
    expect(headOf(replica)).toMatchObject({ candidate: { revision: first } });
    clock.advance(60_000);

    const safer = await remote.publish({ 'flags/b.yaml': OFF }, 'Toward safe');
    await replica.sync.sync();
    expect(headOf(replica)).toMatchObject({
      candidate: { revision: first },
      waiting: { revision: safer, why: 'wave' },
    });

    const more = await remote.publish({ 'flags/c.yaml': ALPINE }, 'Away from safe');
    const restarted = await aSyncingReplica(database, remote.url, options);
    await restarted.sync.sync();
    const held = headOf(restarted)?.held;
    expect(held).toMatchObject({ why: 'held', revision: more });
    expect(held?.sentences.join()).toContain('the change of c does not only');
    expect(headOf(restarted)).toMatchObject({ candidate: { revision: first }, waiting: { revision: safer } });

    const back = await remote.publish({ 'flags/c.yaml': OFF }, 'Take it back');
    const again = await aSyncingReplica(database, remote.url, options);
    await again.sync.sync();
    expect(again.catalog.newest().record).toMatchObject({ commit: back, state: 'accepted', holds: [] });
    expect(headOf(again)).not.toHaveProperty('held');
    await database.close();
  });

  it('lets a commit pass that takes back what a wave is bringing', async () => {
    const clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
    const database = await openQuickStore(postgres);
    const remote = await remoteWith(frozenProject(FROM, '2026-11-24T00:00:00Z', WAVES));
    const replica = await aSyncingReplica(database, remote.url, {
      ...turned(clock),
      isInWave: hasCandidate,
    });
    await replica.sync.sync();
    await remote.publish({ 'flags/b.yaml': OFF }, 'Before the freeze');
    await replica.sync.sync();
    clock.advance(60_000);
    await remote.publish({ 'flags/b.yaml': ON }, 'Take it back');
    await replica.sync.sync();
    expect(replica.catalog.newest().record).toMatchObject({ state: 'accepted' });
    expect(headOf(replica)).not.toHaveProperty('candidate');
    await database.close();
  });
});

it('holds what it held when the environment was removed and comes back with the freeze', async () => {
  const clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  const database = await openQuickStore(postgres);
  const remote = await remoteWith(frozenProject('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'));
  const replica = await aSyncingReplica(database, remote.url, turned(clock));
  await replica.sync.sync();
  const first = await remote.head();
  await remote.publish({ 'flags/a.yaml': ALPINE });
  await replica.sync.sync();
  expect(headOf(replica)).toMatchObject({ revision: first, held: { why: 'held' } });
  const only = flagFile({ serve: { development: 'on' } });
  const project = projectFile().replace(/ {2}- \{ id: production.*\n/, '');
  const gone = await remote.publish({
    ...{ 'flags/guidon.yaml': project, 'flags/a.yaml': only, 'flags/b.yaml': only, 'flags/c.yaml': only },
  });
  await replica.sync.sync();
  await replica.acceptances.accept({ commit: gone, actor: 'ada', reason: 'It is not used.', requestId: '1' });
  await replica.sync.sync();
  expect(headOf(replica)).toMatchObject({ removed: true });
  const back = await remote.person.revert(gone);
  await remote.person.push();
  await replica.sync.sync();
  expect(headOf(replica)).toMatchObject({ removed: false, revision: first, held: { revision: back } });
  expect(replica.catalog.newest().record?.holds).toMatchObject([
    { kind: 'freeze', environment: 'production', until: '2026-11-24T00:00:00.000Z' },
  ]);
  await database.close();
});

it('holds back nothing of an environment that no freeze of its own concerns', async () => {
  const clock = fakeClock();
  const database = await openQuickStore(postgres);
  const project = projectFile().replace(
    '- id: development',
    '- { id: development, freeze: [{ from: 2026-01-01T00:00:00Z, to: 2026-12-31T00:00:00Z, reason: Quiet }] }',
  );
  const remote = await remoteWith(project);
  const replica = await aSyncingReplica(database, remote.url, turned(clock));
  await replica.sync.sync();
  const commit = await remote.publish({
    'flags/b.yaml': OFF,
    'flags/a.yaml': ALPINE.replace('development: on', 'development: off'),
  });
  await replica.sync.sync();
  expect(replica.catalog.newest().record).toMatchObject({ state: 'accepted', holds: [] });
  const next = await remote.publish({ 'flags/a.yaml': ALPINE });
  await replica.sync.sync();
  expect(replica.catalog.newest().record?.holds).toMatchObject([
    { kind: 'freeze', environment: 'development' },
  ]);
  const [development, production] = replica.catalog.knownHeads();
  expect([development?.revision, production?.revision, development?.held?.revision]).toEqual([
    commit,
    commit,
    next,
  ]);
  await database.close();
});

(postgres === undefined ? describe.skip : describe)(
  'given PostgreSQL and a server whose clock is wrong',
  () => {
    it("goes by the database's clock", async () => {
      const clock = fakeClock(Date.parse('2001-01-01T00:00:00Z'));
      const database = await openStore((await (postgres as TestPostgres).createDatabase()).url);
      const remote = await remoteWith(frozenProject('2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z'));
      const replica = await aSyncingReplica(database, remote.url, { clock });
      await replica.sync.sync();
      await remote.publish({ 'flags/a.yaml': ALPINE });
      await replica.sync.sync();
      expect(replica.catalog.newest().record?.holds).toMatchObject([
        { kind: 'freeze', environment: 'production', until: '2099-01-01T00:00:00.000Z' },
      ]);
      await database.close();
    });
  },
);
