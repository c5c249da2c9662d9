import { createHmac } from 'node:crypto';
import { evaluate } from '@guidon/engine/evaluate';
import { connectHost, webhook } from '@guidon/git/hosts';
import {
  createGitRemote,
  type FakeHost,
  type FakePull,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  startGitHost,
  waitUntil,
} from '@guidon/testkit';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, auditEntries, openStore, type SyncingReplica } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';
import { WebhookIntake } from './webhook-intake.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const SECRET = 'a-secret-of-the-shop';
const ON = flagFile({ serve: { development: 'on', production: 'on' } });
const OFF = flagFile({ serve: { development: 'off', production: 'off' } });
const STRICT = projectFile().replace('reviews: 0', 'reviews: 1');

let database: Database;
let remote: GitRemote;
let host: FakeHost;
let clock: ReturnType<typeof fakeClock>;
let replica: SyncingReplica;
let commit: string;
let pull: FakePull;

/** Ada merged her own pull request, which nobody has approved. */
beforeEach(async () => {
  clock = fakeClock(Date.now());
  database = await openStore(undefined);
  host = await startGitHost({ host: 'github', repository: 'acme/shop', token: 't0ken' });
  remote = await createGitRemote({ files: { 'flags/guidon.yaml': STRICT, 'flags/a.yaml': ON } });
  const access = { apiUrl: host.apiUrl, repository: 'acme/shop', token: 't0ken' };
  replica = await aSyncingReplica(database, remote.url, {
    ...{ clock, random: () => 1 },
    host: { connect: async () => connectHost('github', access) },
  });
  await replica.sync.sync();
  commit = await remote.publish({ 'flags/a.yaml': OFF });
  pull = host.state.add({
    ...{ branch: 'topic', into: 'main', state: 'merged', author: 'ada', mergedBy: 'ada' },
    ...{ headCommit: commit, mergeCommit: commit },
  });
});
afterEach(async () => {
  await replica.worker.stop();
  await database.close();
});

const production = () => {
  const live = replica.live.current('production');
  return live === undefined ? undefined : evaluate(live.view, 'a', {}, 0).variant;
};
const published = () =>
  auditEntries(database).then((entries) =>
    entries.flatMap(({ action, actor, reason, commit: of }) =>
      of === commit ? [{ action, actor, reason }] : [],
    ),
  );
const state = () => replica.catalog.newest().record?.state;
const reviewCalls = () => host.calls.filter((call) => call.includes('/reviews')).length;

it('judges a held commit once more when somebody asks, and publishes it only when it was approved', async () => {
  await replica.sync.sync();
  expect([state(), production()]).toEqual(['held', 'on']);
  await replica.sync.sync();
  await replica.sync.sync();
  expect([reviewCalls(), (await published()).map(({ action }) => action)]).toEqual([3, ['revision.hold']]);
  pull.reviews.push({ login: 'bo', state: 'APPROVED' });
  await replica.sync.sync();
  expect([state(), production()]).toEqual(['accepted', 'off']);
  expect((await published()).at(-1)).toEqual({
    action: 'revision.publish',
    actor: 'system:sync',
    reason: 'The pull request #1 is approved by bo.',
  });
  expect(await published()).toHaveLength(2);
  const record = replica.catalog.newest().record;
  expect(record).toMatchObject({ holds: [], provenance: { approvers: ['bo'], reviewed: true } });
  await replica.sync.sync();
  expect(reviewCalls()).toBe(4);
  expect(host.refusals).toEqual([]);
});

it('judges it once more when the host tells of the approval', async () => {
  await replica.worker.start();
  expect(state()).toBe('held');
  pull.reviews.push({ login: 'bo', state: 'APPROVED' });
  const { transactions } = database;
  const intake = new WebhookIntake({
    transactions,
    board: replica.board,
    metrics: replica.metrics,
    branch: 'main',
  });
  const body = Buffer.from(JSON.stringify({ action: 'submitted', pull_request: { base: { ref: 'main' } } }));
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const hook = webhook(
    {
      ...{ 'content-type': 'application/json', 'x-github-event': 'pull_request_review' },
      ...{ 'x-github-delivery': 'one', 'x-hub-signature-256': `sha256=${signature}` },
    },
    body,
    SECRET,
  );
  if ('refused' in hook) throw new Error(hook.refused);
  expect(await intake.take(hook)).toMatchObject({ status: 'queued' });
  await waitUntil(() => production() === 'off');
  expect((await published()).map(({ action }) => action)).toEqual(['revision.hold', 'revision.publish']);
});

it('asks a host that was away again by itself, less and less often, and goes on when it answers', async () => {
  host.answerWith(() => ({ status: 503, body: { message: 'Try later' } }));
  await replica.worker.start();
  expect(replica.catalog.newest().record?.holds).toMatchObject([
    { kind: 'unreviewed', code: 'review-not-proven' },
  ]);
  const calls = host.calls.length;
  await clock.advanceAsync(14_000);
  expect(host.calls).toHaveLength(calls);
  await clock.advanceAsync(6_000);
  await waitUntil(() => host.calls.length > calls);
  await replica.syncRunner.idle();
  const again = host.calls.length;
  await clock.advanceAsync(20_000);
  expect([host.calls.length, (await published()).length]).toEqual([again, 1]);
  host.answerWith(undefined);
  pull.reviews.push({ login: 'bo', state: 'APPROVED' });
  await clock.advanceAsync(16_000);
  await waitUntil(() => production() === 'off');
  expect((await published()).at(-1)?.reason).toBe('The pull request #1 is approved by bo.');
});
