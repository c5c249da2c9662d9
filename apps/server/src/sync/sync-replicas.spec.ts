import { rename } from 'node:fs/promises';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  type TestPostgres,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, auditEntries, openStore, type SyncingReplica } from '../../test/store-kit.js';
import { SystemClock } from '../kernel/clock/index.js';
import type { Database } from '../kernel/database/index.js';
import { DatabaseLease, LeaseLeadership } from '../kernel/leadership/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ON = flagFile({ serve: { development: 'on' } });
const OFF = flagFile({ serve: { development: 'off' } });

interface Server extends SyncingReplica {
  readonly leadership: LeaseLeadership;
  readonly database: Database;
}

async function aServer(url: string, gitUrl: string, holder: string): Promise<Server> {
  const database = await openStore(url);
  const lease = new DatabaseLease(database.transactions, database.changeSignal);
  const leadership = new LeaseLeadership({
    lease,
    clock: new SystemClock(),
    log: SILENT_LOG,
    holder,
    candidate: true,
  });
  const replica = await aSyncingReplica(database, gitUrl, { leadership });
  await leadership.start();
  await replica.watcher.start();
  await replica.worker.start();
  return { ...replica, leadership, database };
}

/** Whoever else asks gets the lease now, as if this server had not been heard of for ten seconds. */
async function loseLease({ database }: Server): Promise<number> {
  const [row] = await database.dataSource.query(
    `WITH lost AS (UPDATE leases SET holder = 'somebody', epoch = epoch + 1,
       expires_at = clock_timestamp() + interval '10 seconds' RETURNING epoch) SELECT epoch::float8 AS epoch FROM lost`,
  );
  return row.epoch;
}

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given two servers on one PostgreSQL', () => {
  let remote: GitRemote;
  let leader: Server;
  let follower: Server;

  beforeAll(async () => {
    const { url } = await (postgres as TestPostgres).createDatabase();
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': OFF },
    });
    leader = await aServer(url, remote.url, 'one');
    follower = await aServer(url, remote.url, 'two');
  });

  afterAll(async () => {
    for (const server of [leader, follower]) {
      await server.worker.stop();
      await server.watcher.stop();
      await server.leadership.stop();
      await server.database.close();
    }
  });

  const fetchesOf = async ({ metrics }: Server) =>
    (await metrics.fetches.get()).values.reduce((sum, { value }) => sum + value, 0);

  it('lets one of them fetch, also when the other is asked, which answers when it serves the outcome', async () => {
    expect([leader.leadership.isLeader(), follower.leadership.isLeader()]).toEqual([true, false]);
    const before = await fetchesOf(leader);
    const commit = await remote.publish({ 'flags/checkout.yaml': ON });
    await follower.sync.sync();
    expect(follower.live.current('development')?.revision).toBe(commit);
    expect([await fetchesOf(leader), await fetchesOf(follower)]).toEqual([before + 1, 0]);
  });

  it('tells the same status at both', async () => {
    const head = await remote.head();
    await waitUntil(() => follower.catalog.newest().record?.commit === head);
    const [left, right] = [await leader.sync.status(), await follower.sync.status()];
    expect(left).toMatchObject({ head, branch: 'main', revision: head, source: remote.url });
    expect(left.lastSyncAt).toBeDefined();
    expect(right).toEqual(left);
  });

  it('serves many who ask at once with few fetches', async () => {
    const before = await fetchesOf(leader);
    await Promise.all(Array.from({ length: 30 }, (_, index) => [leader, follower][index % 2]?.sync.sync()));
    expect((await fetchesOf(leader)) - before).toBeLessThanOrEqual(6);
    const { wanted, done } = await leader.board.read();
    expect(done).toBe(wanted);
  });

  it('tells whoever asked at the other server why the run failed, and recovers', async () => {
    await rename(remote.folder, `${remote.folder}.away`);
    await expect(follower.sync.sync()).rejects.toMatchObject({
      code: 'git-unreachable',
      params: { detail: expect.stringMatching(/^unreachable: .*What is live stays as it is\.$/) },
    });
    expect((await follower.sync.status()).lastError).toMatch(/^unreachable: /);
    expect(await follower.sync.status()).toEqual(await leader.sync.status());
    await rename(`${remote.folder}.away`, remote.folder);
    await follower.sync.sync();
    expect((await leader.sync.status()).lastError).toBeUndefined();
  });

  it('refuses what a server publishes or reports that still believes to lead, and changes nothing', async () => {
    await leader.worker.stop();
    await follower.worker.stop();
    const before = await auditEntries(leader.database);
    const news = await leader.board.read();
    await loseLease(leader);
    expect(leader.leadership.isLeader()).toBe(true);
    await remote.publish({ 'flags/checkout.yaml': OFF });
    await expect(leader.syncRunner.run()).rejects.toMatchObject({ code: 'leader-unavailable' });
    const report = { began: 999, branch: 'x', head: 'x', lastSyncAtMs: 1, failure: undefined };
    await expect(leader.board.report(report)).rejects.toMatchObject({ code: 'leader-unavailable' });
    expect(await auditEntries(leader.database)).toEqual(before);
    expect(await leader.board.read()).toEqual(news);
    const drafts = await leader.database.dataSource.query('SELECT 1 FROM revisions WHERE NOT published');
    expect(drafts).toEqual([]);
  });
});
