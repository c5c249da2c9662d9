import { connectHost } from '@guidon/git/hosts';
import {
  createGitRemote,
  type FakeHost,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  startGitHost,
  startPostgres,
} from '@guidon/testkit';
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, openQuickStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { CommitStatusWorker } from './commit-status-worker.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const postgres = await startPostgres();

const DAY_MS = 24 * 60 * 60 * 1000;

let database: Database;
let remote: GitRemote;
let host: FakeHost;
let replica: Awaited<ReturnType<typeof aSyncingReplica>>;

beforeAll(async () => {
  database = await openQuickStore(postgres);
  remote = await createGitRemote({
    files: { 'flags/guidon.yaml': projectFile(), 'flags/a.yaml': flagFile() },
  });
  replica = await aSyncingReplica(database, remote.url);
});
afterAll(() => database?.close());
beforeEach(async () => {
  host = await startGitHost({ host: 'github', repository: 'acme/shop', token: 't0ken' });
});

function worker(clock = fakeClock(Date.now()), isLeader = () => true): CommitStatusWorker {
  const connect = async () =>
    connectHost('github', { apiUrl: host.apiUrl, repository: 'acme/shop', token: 't0ken' });
  const { transactions, live } = replica;
  return new CommitStatusWorker({ transactions, live, clock, log: SILENT_LOG, host: { connect }, isLeader });
}

const posted = () =>
  host.state.statuses.map(({ commit, state, description }) => ({ commit, state, description }));

it('tells how each commit was judged, once, also after a restart', async () => {
  await replica.sync.sync();
  const good = await remote.head();
  await worker(undefined, () => false).tell();
  expect(posted()).toEqual([]);
  await worker().tell();
  const bad = await remote.publish({ 'flags/a.yaml': 'nonsense: 1\n' });
  await replica.sync.sync();
  await worker().tell();
  await worker().tell();
  expect(posted()).toEqual([
    { commit: good, state: 'success', description: expect.stringMatching(/^Accepted, /) },
    {
      commit: bad,
      state: 'failure',
      description: expect.stringMatching(
        /^Partly accepted, \d+ findings: 1 file stays at the last good version\.$/,
      ),
    },
  ]);
  expect(host.refusals).toEqual([]);
});

it('comes back when the host is in trouble, when it says, and gives up after a day', async () => {
  const clock = fakeClock(Date.now());
  const commit = await remote.publish({ 'flags/a.yaml': flagFile({ description: 'Mended' }) });
  await replica.sync.sync();
  const slow = worker(clock);
  host.answerWith(() => ({ status: 429, headers: { 'retry-after': '120' } }));
  await slow.tell();
  clock.advance(119_000);
  host.answerWith(undefined);
  await slow.tell();
  expect(posted()).toEqual([]);
  clock.advance(2_000);
  await slow.tell();
  expect(posted()).toMatchObject([{ commit, state: 'success' }]);
  const late = await remote.publish({ 'flags/a.yaml': flagFile({ description: 'Mended again' }) });
  await replica.sync.sync();
  host.answerWith(() => ({ status: 502 }));
  await slow.tell();
  host.answerWith(undefined);
  clock.advance(DAY_MS);
  await slow.tell();
  expect(posted().map((one) => one.commit)).not.toContain(late);
});

it('is woken by a publication and does not hold it up', async () => {
  const own = worker();
  own.start();
  let answered = 0;
  host.answerWith(() => {
    answered++;
    return undefined;
  });
  const commit = await remote.publish({ 'flags/a.yaml': flagFile({ serve: { development: 'off' } }) });
  await replica.sync.sync();
  await own.tell();
  expect(answered).toBe(1);
  expect(posted()).toMatchObject([{ commit }]);
  await own.stop();
});
