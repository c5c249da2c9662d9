import { rename } from 'node:fs/promises';
import { evaluate } from '@guidon/engine/evaluate';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  type TestPostgres,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  ASKER,
  aReplica,
  aSyncingReplica,
  auditEntries,
  openStore,
  type Replica,
} from '../../test/store-kit.js';
import type { LiveChange } from '../catalog/index.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ON = flagFile({ serve: { development: 'on', production: 'on' } });
const OFF = flagFile({ serve: { development: 'off', production: 'off' } });

function remoteWith(files: Record<string, string>): Promise<GitRemote> {
  return createGitRemote({ files: { 'flags/guidon.yaml': projectFile(), ...files } });
}

function serves(replica: Replica, flag: string, environment = 'development'): unknown {
  const live = replica.live.current(environment);
  return live === undefined ? undefined : evaluate(live.view, flag, {}, 0).variant;
}

function generations(replica: Replica): number[] {
  return ['development', 'production'].map((name) => replica.live.current(name)?.generation ?? 0);
}

/** The main promises, on both databases; every test has a store of its own. */
function keepsItsPromises(open: () => Promise<Database>): void {
  it('brings an edit to what is served and grows only the generation that changed', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/pay/checkout.yaml': OFF, 'flags/login.yaml': ON });
    const replica = await aSyncingReplica(database, remote.url);
    expect(await replica.sync.status()).toMatchObject({ state: 'never', environments: [] });
    await replica.sync.sync();
    expect(serves(replica, 'checkout')).toBe('off');
    expect(generations(replica)).toEqual([1, 1]);
    const changes: LiveChange[] = [];
    replica.live.subscribe((change) => changes.push(change));
    const commit = await remote.publish({
      'flags/pay/checkout.yaml': flagFile({ serve: { development: 'on', production: 'off' } }),
    });
    await replica.sync.sync();
    expect(serves(replica, 'checkout')).toBe('on');
    expect(generations(replica)).toEqual([2, 1]);
    expect(changes).toMatchObject([
      {
        kind: 'ruleset',
        live: { environment: 'development', revision: commit },
        before: { generation: 1 },
        steps: [{ from: 1, to: { generation: 2 }, patch: { delete: [] } }],
      },
    ]);
    const [change] = changes;
    expect(change?.kind === 'ruleset' && Object.keys(change.steps[0]?.patch.set ?? {})).toEqual(['checkout']);
    expect(await replica.sync.status()).toMatchObject({
      source: remote.url,
      branch: 'main',
      head: commit,
      revision: commit,
      state: 'accepted',
      frozen: [],
      environments: [
        { environment: 'development', generation: 2, revision: commit, flags: 2, kills: 0 },
        { environment: 'production', generation: 1, flags: 2 },
      ],
    });
  });

  it('freezes a broken file at its last good version and lets the rest of the commit through', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': ON, 'flags/login.yaml': OFF });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const commit = await remote.publish({
      'flags/checkout.yaml': ON.replace('owner: payments', 'owner: nobody'),
      'flags/login.yaml': flagFile({ serve: { development: 'on', production: 'off' } }),
      'flags/broken-new.yaml': 'type: release\n',
    });
    await replica.sync.sync();
    expect(serves(replica, 'checkout')).toBe('on');
    expect(serves(replica, 'login')).toBe('on');
    expect(serves(replica, 'broken-new')).toBeUndefined();
    const status = await replica.sync.status();
    expect(status).toMatchObject({ state: 'partly', revision: commit });
    expect(status).toMatchObject({ frozen: ['checkout.yaml'], absent: ['broken-new.yaml'] });
    expect(status.findings).toContainEqual(
      expect.objectContaining({ path: 'checkout.yaml', line: 2, severity: 'error' }),
    );
    const restarted = aReplica(database);
    await restarted.catalog.refresh();
    expect(serves(restarted, 'checkout')).toBe('on');
    expect(restarted.live.current('development')?.tag).toBe(replica.live.current('development')?.tag);
    expect(restarted.live.snapshot()?.files.get('checkout.yaml')?.frozen).toBe(true);
    expect(restarted.catalog.newest().findings).toEqual(status.findings);
    await remote.publish({
      'flags/checkout.yaml': ON.replace('A flag', 'Mended'),
      'flags/broken-new.yaml': undefined,
    });
    await replica.sync.sync();
    expect(await replica.sync.status()).toMatchObject({ state: 'accepted', frozen: [] });
  });

  it('keeps a kill over a publication and a restart', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': ON, 'flags/login.yaml': ON });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const asked = { scope: { flag: 'checkout' }, environments: 'all', reason: 'Payments fail' } as const;
    const publishing = remote
      .publish({ 'flags/checkout.yaml': ON.replace('A flag', 'Still on'), 'flags/login.yaml': OFF })
      .then(() => replica.sync.sync());
    const { id } = await replica.killSwitch.press(asked, ASKER);
    expect(serves(replica, 'checkout')).toBe('off');
    await publishing;
    expect(serves(replica, 'login')).toBe('off');
    expect(serves(replica, 'checkout')).toBe('off');
    const restarted = aReplica(database);
    await restarted.watcher.start();
    expect(serves(restarted, 'checkout')).toBe('off');
    await restarted.killSwitch.revive(id as string, 'Mended', ASKER);
    expect(serves(restarted, 'checkout')).toBe('on');
    await restarted.watcher.stop();
  });
}

/** What does not depend on the database; on PostgreSQL, where a new store takes a moment only. */
function keepsTheRest(open: () => Promise<Database>): void {
  it('serves the frozen version from the database after a cold start, and a revert goes live', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': ON });
    const first = await aSyncingReplica(database, remote.url);
    await first.sync.sync();
    const commit = await remote.publish({ 'flags/checkout.yaml': `${ON}surprise: 1\n` });
    await first.sync.sync();
    const second = await aSyncingReplica(database, remote.url);
    await second.catalog.refresh();
    expect(serves(second, 'checkout')).toBe('on');
    await second.sync.sync();
    expect(serves(second, 'checkout')).toBe('on');
    await remote.person.revert(commit);
    await remote.person.push();
    await second.sync.sync();
    expect(await second.sync.status()).toMatchObject({ state: 'accepted', frozen: [] });
    expect(generations(second)).toEqual([1, 1]);
  });

  it('records a commit that breaks everything and goes on with what was good', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': ON });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const before = replica.live.current('production')?.tag;
    await remote.publish({ 'flags/guidon.yaml': 'project: [\n', 'flags/checkout.yaml': '{' });
    await replica.sync.sync();
    expect(replica.live.current('production')?.tag).toBe(before);
    expect(serves(replica, 'checkout')).toBe('on');
    expect((await replica.sync.status()).findings.length).toBeGreaterThan(0);
    const actions = (await auditEntries(database)).map((entry) => entry.action);
    expect(actions[0]).toBe('revision.publish');
    expect(actions).toHaveLength(2);
  });

  it('stays empty when the first revision has nothing good, and recovers', async () => {
    const database = await open();
    const remote = await createGitRemote({ files: { 'flags/checkout.yaml': ON } });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    expect(replica.live.environments()).toEqual([]);
    expect((await replica.sync.status()).state).toBe('rejected');
    await remote.publish({ 'flags/guidon.yaml': projectFile() });
    await replica.sync.sync();
    expect(serves(replica, 'checkout')).toBe('on');
  });

  it('writes one audit entry for each revision and none for a commit that is known', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': ON });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    await replica.sync.sync();
    const second = await remote.publish({ 'README.md': 'nothing that concerns flags\n' }, 'Say hello');
    await replica.sync.sync();
    expect(await auditEntries(database)).toMatchObject([
      { action: 'revision.publish', actor: 'system:sync', environments: ['development', 'production'] },
      { action: 'revision.publish', commit: second, reason: 'Say hello', environments: [] },
    ]);
    expect(generations(replica)).toEqual([1, 1]);
  });

  it('keeps serving while the source is away and says so', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': ON });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    await rename(remote.folder, `${remote.folder}.away`);
    await expect(replica.sync.sync()).rejects.toMatchObject({ code: 'git-unreachable' });
    expect((await replica.sync.status()).lastError).toMatch(/^unreachable: /);
    expect(serves(replica, 'checkout')).toBe('on');
    await replica.killSwitch.press(
      { scope: { flag: 'checkout' }, environments: 'all', reason: 'Git is down' },
      ASKER,
    );
    expect(serves(replica, 'checkout')).toBe('off');
    await rename(`${remote.folder}.away`, remote.folder);
    await replica.sync.sync();
    expect((await replica.sync.status()).lastError).toBeUndefined();
  });

  it('stops what a commit changed, by the word of Git and, without it, of the revisions', async () => {
    const database = await open();
    const remote = await remoteWith({
      'flags/a/one.yaml': OFF,
      'flags/two.yaml': OFF,
      'flags/three.yaml': ON,
    });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const on = flagFile({ serve: { development: 'on' } });
    const middle = await remote.publish({ 'flags/a/one.yaml': on });
    const last = await remote.publish({ 'flags/two.yaml': on });
    await replica.sync.sync();
    const scope = (commit: string) => ({
      scope: { commit },
      environments: ['development'],
      reason: 'It came with this',
      dryRun: true,
    });
    const named = async (by: Replica, commit: string) =>
      (await by.killSwitch.press(scope(commit), ASKER)).targets.map((target) => target.flag);
    expect(await named(replica, middle.slice(0, 8))).toEqual(['one']);
    expect(await named(replica, last)).toEqual(['two']);
    const withoutGit = aReplica(database);
    await withoutGit.catalog.refresh();
    expect(await named(withoutGit, last.slice(0, 9))).toEqual(['one', 'two']);
    await expect(named(withoutGit, middle)).rejects.toMatchObject({ code: 'scope-empty' });
  });

  it('notices a branch that was rewritten, counts it, and goes on with what it is now', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': OFF });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const rewrites = async () => (await replica.metrics.rewrites.get()).values[0]?.value;
    await remote.publish({ 'flags/checkout.yaml': ON });
    await replica.sync.sync();
    expect(await rewrites()).toBe(0);
    await remote.person.git('commit', '--quiet', '--amend', '-m', 'Say it another way');
    await remote.person.push({ force: true });
    await replica.sync.sync();
    expect(await rewrites()).toBe(1);
    expect((await replica.sync.status()).revision).toBe(await remote.head());
    const elsewhere = await aSyncingReplica(database, remote.url);
    await remote.person.git('reset', '--quiet', '--hard', 'HEAD~1');
    await remote.person.push({ force: true });
    await elsewhere.sync.sync();
    expect((await elsewhere.metrics.rewrites.get()).values[0]?.value).toBe(1);
    expect(serves(elsewhere, 'checkout')).toBe('off');
    // What was rewritten is held, and an ordinary push on top of it does not launder it.
    const tried = flagFile({ serve: { development: 'on', production: 'off' } });
    const commit = await remote.publish({ 'flags/checkout.yaml': tried });
    await elsewhere.sync.sync();
    expect((await elsewhere.metrics.rewrites.get()).values[0]?.value).toBe(2);
    expect([serves(elsewhere, 'checkout'), (await elsewhere.sync.status()).state]).toEqual(['on', 'held']);
    const person = { actor: ASKER.actor, requestId: ASKER.requestId, reason: 'We agreed on it.' };
    await elsewhere.acceptances.accept({ commit, ...person });
    await elsewhere.sync.sync();
    await remote.publish({ 'flags/checkout.yaml': OFF });
    await elsewhere.sync.sync();
    expect((await elsewhere.metrics.rewrites.get()).values[0]?.value).toBe(3);
    expect((await elsewhere.sync.status()).state).toBe('accepted');
  });

  it('holds unsigned commits where signatures are required, and lets none of them lend its signers to the next', async () => {
    const database = await open();
    const strict = projectFile().replace('signatures: optional', 'signatures: required');
    const remote = await createGitRemote({
      files: { 'flags/guidon.yaml': strict, 'flags/checkout.yaml': OFF },
    });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    expect((await replica.sync.status()).state).toBe('accepted');
    const tried = flagFile({ serve: { development: 'on', production: 'off' }, tags: ['checkout'] });
    await remote.publish({ 'flags/checkout.yaml': tried });
    await replica.sync.sync();
    const { record } = replica.catalog.newest();
    expect([record?.state, record?.holds.map(({ kind }) => kind)]).toEqual(['held', ['unsigned']]);
    expect(record?.provenance).toMatchObject({ signers: [], reviewed: false });
    expect([serves(replica, 'checkout'), generations(replica)[1]]).toEqual(['on', 1]);
    await remote.publish({ 'flags/allowed_signers': 'mallory@acme.example ssh-ed25519 AAAA\n' });
    await replica.sync.sync();
    expect(replica.live.snapshot()?.files.has('allowed_signers')).toBe(false);
    await remote.publish({ 'flags/checkout.yaml': OFF });
    await replica.sync.sync();
    const kinds = replica.catalog.newest().record?.holds.map(({ kind }) => kind);
    expect([...new Set(kinds)].sort()).toEqual(['signers-change', 'unsigned']);
  });

  it('serves nothing of a commit that takes protection away, and nothing of what is built on it', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': OFF, 'flags/login.yaml': OFF });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    await remote.publish({
      'flags/guidon.yaml': projectFile().replace(', protected: true', ''),
      'flags/checkout.yaml': ON,
    });
    await replica.sync.sync();
    await remote.publish({ 'flags/login.yaml': ON });
    await replica.sync.sync();
    const served = ['checkout', 'login'].map((flag) => serves(replica, flag, 'production'));
    expect([(await replica.sync.status()).state, generations(replica), served]).toEqual([
      'held',
      [1, 1],
      ['off', 'off'],
    ]);
  });

  it('goes on serving an environment that left, and lets it come back without turning its generation back', async () => {
    const database = await open();
    const remote = await remoteWith({ 'flags/checkout.yaml': flagFile({ serve: { development: 'on' } }) });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    const commit = await remote.publish({
      'flags/guidon.yaml': projectFile().replace(/^ {2}- \{ id: production.*\n/m, ''),
    });
    await replica.sync.sync();
    expect(replica.live.environments()).toEqual(['development', 'production']);
    await replica.acceptances.accept({ commit, ...ASKER, reason: 'It is gone for good.' });
    await replica.sync.sync();
    expect((await replica.sync.status()).findings.filter((it) => it.severity === 'error')).toEqual([]);
    expect(replica.live.environments()).toEqual(['development']);
    const restarted = aReplica(database);
    await restarted.catalog.refresh();
    for (const { live } of [replica, restarted]) {
      expect(live.environments()).toEqual(['development']);
      expect(live.current('production')?.generation).toBe(1);
    }
    await remote.publish({ 'flags/guidon.yaml': projectFile() });
    await replica.sync.sync();
    // Its content is the same, so its clients notice nothing.
    expect(generations(replica)).toEqual([1, 1]);
    await remote.publish({
      'flags/checkout.yaml': flagFile({ serve: { development: 'on', production: 'off' } }),
      'flags/login.yaml': flagFile(),
    });
    await replica.sync.sync();
    expect(generations(replica)).toEqual([2, 2]);
  });
}

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given PostgreSQL', () => {
  const opened: Database[] = [];
  const open = async (url: string): Promise<Database> => {
    const database = await openStore(url);
    opened.push(database);
    return database;
  };
  const fresh = async (): Promise<string> => (await (postgres as TestPostgres).createDatabase()).url;
  afterAll(() => Promise.all(opened.map((database) => database.close())));

  keepsItsPromises(async () => open(await fresh()));
  keepsTheRest(async () => open(await fresh()));

  it('goes on serving when the database is gone, and refuses a press instead of losing it', async () => {
    const database = await open(await fresh());
    const remote = await remoteWith({ 'flags/checkout.yaml': ON });
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    await database.close();
    await remote.publish({ 'flags/checkout.yaml': OFF });
    await expect(replica.sync.sync()).rejects.toMatchObject({ code: 'database-unavailable' });
    await replica.watcher.start();
    expect(serves(replica, 'checkout')).toBe('on');
    expect((await replica.sync.status()).lastError).toBeDefined();
    const press = { scope: { flag: 'checkout' }, environments: 'all', reason: 'Try' } as const;
    await expect(replica.killSwitch.press(press, ASKER)).rejects.toMatchObject({
      code: 'database-unavailable',
    });
    expect(serves(replica, 'checkout')).toBe('on');
    await replica.watcher.stop();
  });

  it('forgets drafts that a crash left, and never reads them', async () => {
    const database = await open(await fresh());
    const remote = await remoteWith({ 'flags/checkout.yaml': ON });
    await database.transactions.run((manager) =>
      manager.query(
        `WITH draft AS (INSERT INTO revisions (commit_id, state, author, subject, committed_at, judged_at, frozen,
           finding_count) VALUES ('dead', 'accepted', '', '', now(), now() - interval '1 day', '[]', 0) RETURNING id)
         INSERT INTO file_changes SELECT id, 'ghost.yaml', 'b' FROM draft`,
      ),
    );
    const replica = await aSyncingReplica(database, remote.url);
    await replica.catalog.refresh();
    expect(replica.catalog.newest().revisionId).toBe(0);
    await replica.sync.sync();
    const left = await database.transactions.run((manager) =>
      manager.query('SELECT commit_id FROM revisions'),
    );
    expect(left).toEqual([{ commit_id: await remote.head() }]);
  });

  describe('and two replicas on it', () => {
    let url: string;
    let remote: GitRemote;
    let left: Awaited<ReturnType<typeof aSyncingReplica>>;
    let right: Awaited<ReturnType<typeof aSyncingReplica>>;
    let database: Database;

    beforeAll(async () => {
      url = await fresh();
      remote = await remoteWith({ 'flags/checkout.yaml': OFF });
      database = await open(url);
      left = await aSyncingReplica(database, remote.url);
      right = await aSyncingReplica(await open(url), remote.url);
      await Promise.all([left.watcher.start(), right.watcher.start()]);
    }, 60_000);
    afterAll(() => Promise.all([left.watcher.stop(), right.watcher.stop()]));

    it('publishes each commit once, however they race, and both end at the same tags', async () => {
      const seen = new Map([left, right].map((replica) => [replica, [] as number[]]));
      for (const [replica, list] of seen)
        replica.live.subscribe((change) => {
          if (change.live.environment === 'development') list.push(change.live.generation);
        });
      let last = '';
      for (let round = 0; round < 8; round += 1) {
        last = await remote.publish({ 'flags/checkout.yaml': round % 2 === 0 ? ON : OFF }, `Round ${round}`);
        await Promise.all([left.sync.sync(), right.sync.sync()]);
      }
      await waitUntil(() => [left, right].every((it) => it.catalog.newest().record?.commit === last));
      const tags = (replica: Replica) =>
        replica.live.environments().map((it) => replica.live.current(it)?.tag);
      await waitUntil(() => JSON.stringify(tags(left)) === JSON.stringify(tags(right)));
      const published = (await auditEntries(database)).filter((entry) => entry.action === 'revision.publish');
      const commits = published.map((entry) => entry.commit);
      expect(new Set(commits).size).toBe(commits.length);
      for (const list of seen.values()) {
        expect(list.length).toBeGreaterThan(0);
        expect(list).toEqual([...list].sort((a, b) => a - b));
      }
      expect(left.live.current('development')?.generation).toBe(commits.length);
    });

    it('tells the other replica of a press and of a publication by the signal', async () => {
      const { id } = await left.killSwitch.press(
        { scope: { all: true }, environments: 'all', reason: 'Drill' },
        ASKER,
      );
      await waitUntil(() => right.live.current('production')?.killed.has('checkout') === true);
      await right.killSwitch.revive(id as string, 'Mended', ASKER);
      await waitUntil(() => left.live.current('production')?.killed.size === 0);
      await remote.publish({ 'flags/second.yaml': flagFile({ serve: { development: 'on' } }) });
      await left.sync.sync();
      await waitUntil(() => serves(right, 'second') === 'on');
      expect(right.live.current('development')?.hash).toBe(left.live.current('development')?.hash);
    });

    it('does not publish an older commit over a newer one that came in between', async () => {
      const older = await remote.publish({
        'flags/second.yaml': flagFile({ serve: { development: 'off' } }),
      });
      await right.catalog.refresh();
      const { revisionId } = right.catalog.newest();
      await remote.publish({
        'flags/second.yaml': flagFile({ description: 'Newer', serve: { development: 'on' } }),
      });
      await left.sync.sync();
      const outcome = await right.catalog.advance({
        commit: older,
        author: 'Ada',
        subject: 'Older',
        committedAtMs: 0,
        baseRevisionId: revisionId,
        rewrites: false,
        files: [],
        contents: async () => new Map(),
      });
      expect(outcome.kind).toBe('stale');
      expect(serves(left, 'second')).toBe('on');
    });
  });
});

// Last: what it leaves in memory makes the git processes of those after it slow.
describe('given the embedded database', () => {
  const opened: Database[] = [];
  // At once, for many embedded stores in memory make every git process slow that this one begins.
  afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));

  keepsItsPromises(async () => {
    const database = await openStore(undefined);
    opened.push(database);
    return database;
  });

  it('serves the same after the process began anew on its data folder', async () => {
    const folder = await temporaryFolder('guidon-restart');
    const remote = await remoteWith({ 'flags/checkout.yaml': ON });
    const before = await openStore(undefined, folder);
    const first = await aSyncingReplica(before, remote.url);
    await first.sync.sync();
    await first.killSwitch.press(
      { scope: { all: true }, environments: ['production'], reason: 'Drill' },
      ASKER,
    );
    const tag = first.live.current('production')?.tag;
    await before.close();
    const after = await openStore(undefined, folder);
    opened.push(after);
    const second = aReplica(after);
    await second.watcher.start();
    expect(second.live.current('production')?.tag).toBe(tag);
    expect(serves(second, 'checkout', 'production')).toBe('off');
    await second.watcher.stop();
  });
});
