import { writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connectHost } from '@guidon/git/hosts';
import {
  createGitRemote,
  type FakeHost,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  runGit,
  startGitHost,
  startPostgres,
  type TestPostgres,
} from '@guidon/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aProposingReplica, branches, diffStat, type ProposingReplica } from '../../test/proposal-kit.js';
import { ASKER, auditEntries, openStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(90_000);

const COMMENTED = `# Replaces the four-step checkout. Ask before touching production.
type: release   # three spaces
owner: payments
description: "A flag: quoted"
expires: '2099-12-31' # not before the spring
safe: off # when killed
environments:
  # people try things here
  development: on # everybody
  production:
    # rules come first
    rules: # in this order
      # the pilot
      - id: pilot
        when: { country: [NO, SE] }
        serve: on # yes
    serve: on # everyone else
# the end
`;
const FILES = {
  'flags/guidon.yaml': projectFile(),
  'flags/pay/checkout.yaml': COMMENTED,
  'flags/login.yaml': flagFile({ serve: { development: 'on', production: 'on' } }),
  'flags/plain.yaml': flagFile({ serve: { development: 'on', production: 'on' }, tags: ['checkout'] }),
  'flags/other.yaml': flagFile({ serve: { development: 'on', production: 'off' }, tags: ['checkout'] }),
};
const BRANCH = 'guidon/kill-checkout';
const KILL_RULE = '      - { id: killed, when: { now: { exists: true } }, serve: off }';

const postgres: TestPostgres | undefined = await startPostgres();

let database: Database;
let remote: GitRemote;
let replica: ProposingReplica;

function press(scope: object = { flag: 'checkout' }, environments: unknown = ['production']) {
  const request = { scope, environments, reason: 'Payments fail' };
  return replica.killSwitch.press(request as never, ASKER);
}

const inRemote = (...args: string[]) => runGit(remote.folder, args);
const onBranch = (path: string, branch = BRANCH) => inRemote('show', `${branch}:${path}`);
/** Of this test's remote only: the store is shared by all tests of a database. */
const newest = async () => (await replica.proposals.list()).sort((a, b) => (a.id < b.id ? 1 : -1))[0];

async function clearStore(): Promise<void> {
  await database.transactions.run((manager) => manager.query('DELETE FROM proposals'));
  for (const kill of await replica.killSwitch.list())
    if (kill.revivedAt === undefined) await replica.killSwitch.revive(kill.id, 'The test is over', ASKER);
}

/** What has to do with Git rather than with the database. */
function keepsItsPromisesToGit(): void {
  it('makes one branch of a press on many flags, and leaves alone what is off already', async () => {
    const { id } = await press({ tag: 'checkout' }, 'all');
    await replica.look();
    const branch = `guidon/kill-${id}`;
    expect(await branches(remote)).toEqual([branch]);
    expect(await inRemote('diff', '--numstat', `main...${branch}`)).toBe(
      '1\t1\tflags/other.yaml\n2\t2\tflags/plain.yaml',
    );
    expect(await newest()).toMatchObject({ kill: id, state: 'open' });
    await replica.killSwitch.revive(id as string, 'Mended', ASKER);
    await replica.look();
    expect(await branches(remote)).toEqual([]);
  });

  it('makes the branch anew when the tracked branch moves, and finds it merged', async () => {
    await press();
    await replica.look();
    const head = await remote.publish({ 'flags/pay/checkout.yaml': COMMENTED.replace('A flag', 'The flag') });
    await replica.look();
    expect(await inRemote('rev-parse', `${BRANCH}^`)).toBe(head);
    expect(await diffStat(remote, BRANCH)).toContain('1 file changed, 1 insertion(+)');
    expect(await onBranch('flags/pay/checkout.yaml')).toContain('The flag: quoted');
    expect(await newest()).toMatchObject({ state: 'open', base: head });
    await remote.person.git('fetch', '-q', 'origin', BRANCH);
    await remote.person.git('merge', '-q', '--no-ff', '-m', 'Merge the kill', 'FETCH_HEAD');
    await remote.person.push();
    await replica.look();
    expect(await newest()).toMatchObject({ state: 'merged' });
    await replica.look();
    expect(await branches(remote)).toEqual([]);
    const actions = (await auditEntries(database)).map(({ action }) => action);
    expect(actions.slice(-3)).toEqual(['proposal.open', 'proposal.rebase', 'proposal.merge']);
  });

  it('says conflict where the edit does not fit any more, and mends it when it fits again', async () => {
    await press();
    await replica.look();
    const before = await inRemote('rev-parse', BRANCH);
    await remote.publish({ 'flags/pay/checkout.yaml': 'type: release\nsafe: [\n' });
    await replica.look();
    expect(await newest()).toMatchObject({
      state: 'conflict',
      code: 'proposal-conflict',
      detail: expect.stringContaining('checkout: The file has errors of its own'),
    });
    await remote.publish({ 'flags/pay/checkout.yaml': undefined });
    await replica.look();
    expect((await newest())?.detail).toContain('no file of this flag');
    expect(await inRemote('rev-parse', BRANCH)).toBe(before);
    await remote.publish({ 'flags/moved/checkout.yaml': COMMENTED });
    await replica.look();
    expect(await newest()).toMatchObject({ state: 'open' });
    expect(await diffStat(remote, BRANCH)).toMatch(/^ flags\/moved\/checkout\.yaml \| 1 \+/);
  });

  it('says that a push is refused, tries again ever later, and succeeds when it may', async () => {
    const hook = join(remote.folder, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho this token reads only >&2\nexit 1\n', { mode: 0o755 });
    const clock = fakeClock(Date.now());
    replica = await aProposingReplica(database, remote.url, { clock });
    const answer = await press();
    expect(answer.durability).toBe('database');
    clock.advance(1000);
    await replica.look();
    expect(await newest()).toMatchObject({
      state: 'failed',
      code: 'proposal-push-refused',
      detail: expect.stringMatching(/does the token have the right to write.*this token reads only/),
    });
    const failures = async () =>
      (await auditEntries(database)).filter(({ action }) => action === 'proposal.fail').length;
    const told = await failures();
    await rm(hook);
    await replica.look();
    expect((await newest())?.state).toBe('failed');
    clock.advance(16_000);
    await replica.look();
    expect(await newest()).toMatchObject({ state: 'open' });
    expect(await failures()).toBe(told);
  });

  it('waits while the remote is away', async () => {
    const clock = fakeClock(Date.now());
    replica = await aProposingReplica(database, remote.url, { clock });
    await press();
    await rename(remote.folder, `${remote.folder}.away`);
    clock.advance(1000);
    await replica.look();
    expect(await newest()).toMatchObject({ state: 'wanted', code: 'git-unreachable' });
    await rename(`${remote.folder}.away`, remote.folder);
    clock.advance(16_000);
    await replica.look();
    const proposal = await newest();
    expect(proposal).toMatchObject({ state: 'open' });
    expect(proposal).not.toHaveProperty('code');
  });

  it('leaves alone what people push to its branch, and a branch that was theirs before', async () => {
    await remote.person.git('push', '-q', 'origin', 'HEAD:refs/heads/guidon/kill-login');
    await press({ flag: 'login' });
    await press();
    await replica.look();
    const states = async () =>
      new Map(
        (await replica.proposals.list()).map(({ flag, state, detail }) => [flag, `${state}: ${detail}`]),
      );
    expect((await states()).get('login')).toMatch(/^failed: This branch is there already/);
    await remote.person.git('fetch', '-q', 'origin', BRANCH);
    await remote.person.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    const theirs = await remote.person.commit('Add to the proposal');
    await remote.person.git('push', '-q', 'origin', `HEAD:refs/heads/${BRANCH}`);
    await remote.person.git('checkout', '-q', 'main');
    await remote.publish({ 'flags/login.yaml': FILES['flags/login.yaml'].replace('A flag', 'Theirs') });
    await replica.look();
    expect((await states()).get('checkout')).toMatch(/^open: Somebody has pushed/);
    expect(await inRemote('rev-parse', BRANCH)).toBe(theirs);
    await inRemote('update-ref', '-d', `refs/heads/${BRANCH}`);
    await replica.look();
    expect((await states()).get('checkout')).toBe('closed: The branch was deleted at the remote.');
  });

  it('looks by itself a second after a press, and not before', async () => {
    const clock = fakeClock(Date.now());
    replica = await aProposingReplica(database, remote.url, { clock });
    replica.worker.start();
    await press();
    await press({ flag: 'login' });
    await clock.advanceAsync(900);
    expect(clock.pending()).toBe(2);
    await clock.advanceAsync(200);
    expect(clock.pending()).toBe(1);
    // Resolves behind the look that the clock began.
    await replica.worker.look(false);
    expect((await branches(remote)).sort()).toEqual([BRANCH, 'guidon/kill-login']);
    await replica.worker.stop();
    expect(clock.pending()).toBe(0);
  });

  it('does nothing on a server that does not lead', async () => {
    let leads = false;
    replica = await aProposingReplica(database, remote.url, { isLeader: () => leads });
    await press();
    await replica.look();
    expect(await branches(remote)).toEqual([]);
    leads = true;
    await replica.look();
    expect(await branches(remote)).toEqual([BRANCH]);
  });
}

/** The same promises on both databases. */
function keepsItsPromises(): void {
  it('offers a press on a file full of comments as a branch of one commit and one line', async () => {
    const head = await remote.head();
    const { id } = await press();
    expect(await newest()).toMatchObject({ state: 'wanted', flag: 'checkout', branch: BRANCH });
    await replica.look();
    expect(await diffStat(remote, BRANCH)).toBe(
      ' flags/pay/checkout.yaml | 1 +\n 1 file changed, 1 insertion(+)',
    );
    const text = await onBranch('flags/pay/checkout.yaml');
    expect(`${text}\n`).toBe(COMMENTED.replace('# in this order\n', `# in this order\n${KILL_RULE}\n`));
    const message = await inRemote('log', '--format=%an%n%B', `main..${BRANCH}`);
    expect(message).toMatch(
      /^Guidon\nTurn checkout off in production\n\nPayments fail \(key:ada1\/ada@acme\.example, /,
    );
    expect(message).toContain(`Kill: ${id}\nProposal: ${(await newest())?.id}\n`);
    expect(await newest()).toMatchObject({
      state: 'open',
      base: head,
      commit: await inRemote('rev-parse', BRANCH),
    });
    expect(await remote.head()).toBe(head);
  });

  it('widens with a second press and withdraws with the last revival', async () => {
    const first = await press();
    await replica.look();
    const second = await press({ flag: 'checkout' }, ['development']);
    await replica.look();
    expect(await diffStat(remote, BRANCH)).toContain('2 insertions(+), 1 deletion(-)');
    await replica.killSwitch.revive(second.id as string, 'Mended', ASKER);
    await replica.look();
    expect(await diffStat(remote, BRANCH)).toContain('1 file changed, 1 insertion(+)');
    await replica.killSwitch.revive(first.id as string, 'Mended', ASKER);
    await replica.look();
    expect(await branches(remote)).toEqual([]);
    expect(await newest()).toMatchObject({
      state: 'closed',
      detail: expect.stringContaining('No kill stands'),
    });
    expect(await replica.proposals.list()).toHaveLength(1);
  });

  it('never makes a branch for a kill that is revived before it comes to it', async () => {
    const { id } = await press();
    await replica.killSwitch.revive(id as string, 'Mended', ASKER);
    await replica.look();
    expect([await branches(remote), (await newest())?.state]).toEqual([[], 'closed']);
  });

  it('withdraws nothing when somebody presses again in the meantime', async () => {
    await press();
    await replica.look();
    const { kills } = replica.facts;
    let looks = 0;
    // What the look read first is older than the press; under the lock it sees it.
    replica.facts.offerKills({
      standing: async (manager) => (looks++ === 0 ? [] : ((await kills?.standing(manager)) ?? [])),
    });
    const before = (await auditEntries(database)).length;
    await replica.look();
    expect(looks).toBe(2);
    expect([await branches(remote), (await newest())?.state]).toEqual([[BRANCH], 'open']);
    expect(await auditEntries(database)).toHaveLength(before);
  });

  it('goes on after the server ended between the press and the branch, or between commit and push', async () => {
    await press();
    replica = await aProposingReplica(database, remote.url);
    await replica.look();
    const { commit } = (await newest()) as { commit: string };
    await database.transactions.run((manager) =>
      manager.query(`UPDATE proposals SET state = 'wanted', pushed = false WHERE branch = $1`, [BRANCH]),
    );
    replica = await aProposingReplica(database, remote.url, { config: replica.config });
    await replica.look();
    expect(await newest()).toMatchObject({ state: 'open', commit });
    expect(await inRemote('rev-parse', BRANCH)).toBe(commit);
  });

  it('never lets a press fail or wait for it', async () => {
    await database.transactions.run((manager) => manager.query('ALTER TABLE proposals RENAME TO hidden'));
    const { id } = await press();
    await database.transactions.run((manager) => manager.query('ALTER TABLE hidden RENAME TO proposals'));
    expect((await replica.killSwitch.get(id as string)).revivedAt).toBeUndefined();
    expect((await auditEntries(database)).at(-1)).toMatchObject({
      action: 'kill.press',
      subject: { kill: id },
    });
    expect(await replica.proposals.list()).toEqual([]);
  });

  it('wants by hand what a person asks for, once and with an audit entry each time', async () => {
    const asked = {
      kind: 'extend-expiry',
      flag: 'plain',
      until: '2100-06-30',
      reason: 'The team is away',
    } as const;
    const before = (await auditEntries(database)).length;
    const first = await replica.proposals.create(asked, ASKER);
    const again = await replica.proposals.create({ ...asked, until: '2101-06-30' }, ASKER);
    expect(again.id).toBe(first.id);
    const entries = (await auditEntries(database)).slice(before);
    expect(entries).toMatchObject([
      {
        action: 'proposal.create',
        reason: 'The team is away',
        subject: { flag: 'plain', until: '2100-06-30' },
      },
      { action: 'proposal.create', subject: { until: '2101-06-30' } },
    ]);
    await replica.look();
    expect(await inRemote('diff', '-U0', 'main', 'guidon/extend-expiry-plain')).toMatch(
      /\n-expires: 2099-12-31\n\+expires: 2101-06-30$/,
    );
    const archive = { kind: 'archive', flag: 'login', reason: 'It is on for all' } as const;
    await replica.proposals.create(archive, ASKER);
    await replica.look();
    expect(await onBranch('flags/login.yaml', 'guidon/archive-login')).toMatch(
      /safe: off\narchived: .*\nserve: on$/,
    );
    await expect(replica.proposals.get('01NOPE')).rejects.toMatchObject({ code: 'proposal-not-found' });
  });
}

// The embedded one last: what it leaves in memory makes the git processes of those after it slow.
describe.each(['PostgreSQL', 'the embedded database'])('given %s', (kind) => {
  const isPostgres = kind === 'PostgreSQL';
  const run = isPostgres && postgres === undefined ? describe.skip : describe;
  run('', () => {
    beforeAll(async () => {
      database = await openStore(isPostgres ? (await postgres?.createDatabase())?.url : undefined);
    }, 60_000);
    beforeEach(async () => {
      remote = await createGitRemote({ files: FILES });
      replica = await aProposingReplica(database, remote.url);
      await clearStore();
      await database.transactions.run((manager) => manager.query('DELETE FROM proposals'));
    });
    afterAll(() => database?.close());
    keepsItsPromises();
    if (isPostgres) it('does not hold up a press while a proposal is being written', pressesBesideALock);
    // On one database, and there on the one that leaves more memory to those who begin hundreds of git processes.
    if (isPostgres || postgres === undefined) {
      describe('with Git', keepsItsPromisesToGit);
      describe('with a host', withHost);
    }
  });
});

async function pressesBesideALock(): Promise<void> {
  await press();
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const writing = database.transactions.run(async (manager) => {
    await manager.query('SELECT 1 FROM proposals FOR UPDATE');
    await held;
  });
  const { id } = await press({ flag: 'checkout' }, 'all');
  expect((await replica.killSwitch.get(id as string)).targets).toHaveLength(2);
  release();
  await writing;
}

function withHost(): void {
  let host: FakeHost;
  const connect = () =>
    connectHost('gitea', { apiUrl: host.apiUrl, repository: 'acme/shop', token: 't0ken' });

  beforeEach(async () => {
    host = await startGitHost({ host: 'gitea', repository: 'acme/shop', token: 't0ken' });
    replica = await aProposingReplica(database, remote.url, { host: { connect: async () => connect() } });
  });

  it('opens one pull request and closes it when the kill is revived', async () => {
    const { id } = await press();
    await replica.look();
    await replica.look();
    expect(host.state.pulls).toMatchObject([
      { title: 'Turn checkout off in production', branch: BRANCH, into: 'main', state: 'open' },
    ]);
    expect(host.state.pulls[0]?.body).toContain(`Kill \`${id}\``);
    expect(await newest()).toMatchObject({ state: 'open', pullRequest: { number: 1 } });
    await replica.killSwitch.revive(id as string, 'Mended', ASKER);
    await replica.look();
    expect([host.state.pulls[0]?.state, await branches(remote)]).toEqual(['closed', []]);
    expect(host.refusals).toEqual([]);
  });

  it('keeps an approved branch as it is when other files move, and follows its own', async () => {
    await press();
    await replica.look();
    const before = await inRemote('rev-parse', BRANCH);
    await remote.publish({ 'README.md': 'Read me\n' });
    await replica.look();
    expect(await inRemote('rev-parse', BRANCH)).toBe(before);
    const head = await remote.publish({ 'flags/pay/checkout.yaml': COMMENTED.replace('A flag', 'The flag') });
    await replica.look();
    expect(await inRemote('rev-parse', `${BRANCH}^`)).toBe(head);
    expect(host.state.pulls).toHaveLength(1);
  });

  it('hears that a person closed or merged it', async () => {
    await press();
    await replica.look();
    host.state.pulls[0]!.state = 'closed';
    await replica.look();
    expect(await newest()).toMatchObject({
      state: 'closed',
      detail: 'The pull request was closed at the host.',
    });
    expect(await branches(remote)).toEqual([BRANCH]);
    await press({ flag: 'login' });
    await replica.look();
    host.state.pulls[1]!.state = 'merged';
    await replica.look();
    expect(await newest()).toMatchObject({ flag: 'login', state: 'merged' });
  });

  it('has the branch though the host is in trouble, and opens the pull request later', async () => {
    const clock = fakeClock(Date.now());
    replica = await aProposingReplica(database, remote.url, {
      clock,
      host: { connect: async () => connect() },
    });
    host.answerWith(() => ({ status: 502, body: 'no' }));
    await press();
    clock.advance(1000);
    await replica.look();
    expect(await branches(remote)).toEqual([BRANCH]);
    expect(await newest()).toMatchObject({ state: 'open', code: 'git-host-failed' });
    host.answerWith(undefined);
    clock.advance(16_000);
    await replica.look();
    const proposal = await newest();
    expect(proposal).toMatchObject({ state: 'open', pullRequest: { number: 1 } });
    expect(proposal).not.toHaveProperty('code');
  });
}
