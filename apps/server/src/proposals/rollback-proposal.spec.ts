import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  runGit,
  startPostgres,
} from '@guidon/testkit';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { aProposingReplica, branches, diffStat, type ProposingReplica } from '../../test/proposal-kit.js';
import { ASKER, auditEntries, openQuickStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(90_000);

const CHECKOUT = `# Replaces the four-step checkout. Ask before touching production.
type: release   # three spaces
owner: payments
description: "A flag: quoted"
expires: '2099-12-31' # not before the spring
safe: off # when killed
environments:
  # people try things here
  development: on # everybody
  production: on
# the end
`;
const BAD = CHECKOUT.replace('# people try things here', '# all of it').replace(
  /(development|production): on/g,
  '$1: off',
);
const LOGIN = flagFile({ serve: { development: 'on', production: 'on' } });
const PATH = 'flags/pay/checkout.yaml';
const FILES = { 'flags/guidon.yaml': projectFile(), [PATH]: CHECKOUT, 'flags/login.yaml': LOGIN };

let database: Database;
let remote: GitRemote;
let replica: ProposingReplica;
let good: string;
let branch: string;

const inRemote = (...args: string[]) => runGit(remote.folder, args);
const newest = async () => (await replica.proposals.list()).find((one) => one.branch === branch);
const actions = async () => (await auditEntries(database)).map(({ action }) => action);
const pinned = () => database.transactions.run((manager) => replica.pins.pinnedCommits(manager));

async function publish(files: Record<string, string | undefined>): Promise<string> {
  const commit = await remote.publish(files);
  await replica.sync.sync();
  const { record, findings } = replica.catalog.newest();
  expect({ record, findings }).toMatchObject({ record: { state: 'accepted', commit } });
  return commit;
}

function rollBack(environments: readonly string[] | 'all' = 'all') {
  const { actor, requestId } = ASKER;
  const commit = good.slice(0, 10);
  return replica.pins.pin({ commit, environments, actor, requestId, reason: 'Payments fail' });
}

function unpin(environments: readonly string[] | 'all' = 'all') {
  const { actor, requestId } = ASKER;
  return replica.pins.unpin({ environments, actor, requestId, reason: 'Mended' });
}

async function merge(): Promise<void> {
  await remote.person.git('fetch', '-q', 'origin', branch);
  await remote.person.git('merge', '-q', '--no-ff', '-m', 'Merge the rollback', 'FETCH_HEAD');
  await remote.person.push();
}

// A store of its own for each test: another remote's history would be held as a rewritten one.
const postgres = await startPostgres();

beforeEach(async () => {
  database = await openQuickStore(postgres);
  remote = await createGitRemote({ files: FILES });
  good = await remote.head();
  branch = `guidon/rollback-${good.slice(0, 12)}`;
  replica = await aProposingReplica(database, remote.url);
});
afterEach(() => database?.close());

it('offers in Git what a rollback serves, and takes what others added since as it is', async () => {
  await publish({ [PATH]: BAD });
  const added = flagFile({ serve: { development: 'off', production: 'off' } });
  const head = await publish({ 'flags/new.yaml': added });
  await rollBack();
  expect(await newest()).toMatchObject({ state: 'wanted', kind: 'rollback', rollbackTo: good });
  expect((await actions()).at(-1)).toBe('revision.rollback');
  await replica.look();
  expect(await branches(remote)).toEqual([branch]);
  expect(`${await inRemote('show', `${branch}:${PATH}`)}\n`).toBe(CHECKOUT);
  expect(await inRemote('rev-parse', `${branch}^`)).toBe(head);
  expect(await inRemote('rev-parse', `${branch}:flags/new.yaml`)).toBe(
    await inRemote('rev-parse', 'main:flags/new.yaml'),
  );
  expect(await diffStat(remote, branch)).toMatch(/^ flags\/pay\/checkout\.yaml .*\n 1 file changed/);
  expect(await inRemote('log', '-1', '--format=%an: %s', branch)).toBe(
    `Guidon: Go back to what ${good.slice(0, 12)} says`,
  );
  expect(await newest()).toMatchObject({ state: 'open', base: head, actor: ASKER.actor });
  await merge();
  await replica.sync.sync();
  await replica.look();
  // The flag that came since makes a difference, so Git does not say the same and the pin is a person's to lift.
  expect([await pinned(), (await newest())?.state]).toEqual([new Set([good]), 'merged']);
  expect((await newest())?.detail).toMatch(/By hand: new\.yaml\. It came after that commit/);
});

it('brings back a flag that was deleted since, which lifts the pin when it is merged', async () => {
  const path = 'flags/old.yaml';
  const old =
    'type: release\nowner: payments\ndescription: Over\nsafe: off # still\narchived: 2026-01-01\nserve: off\n';
  good = await publish({ [path]: old });
  branch = `guidon/rollback-${good.slice(0, 12)}`;
  await publish({ [path]: undefined });
  await rollBack();
  await replica.look();
  expect(await inRemote('diff', '--name-status', 'main', branch)).toBe(`A\t${path}`);
  expect(`${await inRemote('show', `${branch}:${path}`)}\n`).toBe(old);
  await merge();
  await replica.sync.sync();
  await replica.look();
  expect([await pinned(), (await newest())?.state]).toEqual([new Set(), 'merged']);
});

it('follows the tracked branch, and is withdrawn when the last environment is unpinned', async () => {
  await publish({ [PATH]: BAD });
  await rollBack();
  await replica.look();
  const head = await publish({
    [PATH]: BAD.replace('A flag', 'The flag'),
    'flags/login.yaml': `${LOGIN}# new\n`,
  });
  await replica.look();
  expect(await inRemote('rev-parse', `${branch}^`)).toBe(head);
  expect(await diffStat(remote, branch)).toContain('2 files changed');
  await unpin(['development']);
  await replica.look();
  expect(await newest()).toMatchObject({ state: 'open' });
  await unpin();
  await replica.look();
  expect(await branches(remote)).toEqual([]);
  expect(await newest()).toMatchObject({
    state: 'closed',
    detail: 'No environment is pinned to that commit any more.',
  });
});

it('ends as merged when Git agrees, which lifts the pin', async () => {
  await publish({ [PATH]: BAD });
  await rollBack();
  await replica.look();
  expect(await pinned()).toEqual(new Set([good]));
  await merge();
  await replica.sync.sync();
  expect(await pinned()).toEqual(new Set());
  await replica.look();
  expect(await newest()).toMatchObject({
    state: 'merged',
    detail: expect.stringContaining('The tracked branch says so'),
  });
  await replica.look();
  expect(await branches(remote)).toEqual([]);
  expect((await actions()).filter((action) => `${action}`.startsWith('proposal.')).slice(-2)).toEqual([
    'proposal.open',
    'proposal.merge',
  ]);
});

it('wants one proposal for one commit, and none again for what is pinned already', async () => {
  await publish({ [PATH]: BAD });
  await rollBack(['development']);
  await replica.look();
  await rollBack();
  await replica.look();
  expect(await replica.proposals.list()).toHaveLength(1);
  await inRemote('update-ref', '-d', `refs/heads/${branch}`);
  await replica.look();
  expect(await newest()).toMatchObject({ state: 'closed', detail: 'The branch was deleted at the remote.' });
  expect((await rollBack()).heads).toEqual([]);
  expect(await replica.proposals.list()).toHaveLength(1);
  await unpin();
});

it('withdraws nothing when somebody rolls back again in the meantime', async () => {
  await publish({ [PATH]: BAD });
  await rollBack();
  await replica.look();
  let looks = 0;
  // What the look read first is older than the pin; under the lock it sees it.
  replica.facts.offerPins({
    pinnedCommits: async (manager) => (looks++ === 0 ? new Set() : replica.pins.pinnedCommits(manager)),
  });
  await replica.look();
  expect([looks, await branches(remote), (await newest())?.state]).toEqual([2, [branch], 'open']);
  await unpin();
});

it('never lets a rollback fail by it', async () => {
  await publish({ [PATH]: BAD });
  const rename = (from: string, to: string) =>
    database.transactions.run((manager) => manager.query(`ALTER TABLE ${from} RENAME TO ${to}`));
  await rename('proposals', 'hidden');
  const { heads } = await rollBack();
  await rename('hidden', 'proposals');
  expect(heads.map(({ pin }) => pin?.revision)).toEqual([good, good]);
  expect(await pinned()).toEqual(new Set([good]));
  expect((await actions()).at(-1)).toBe('revision.rollback');
  expect(await newest()).toBeUndefined();
  await unpin();
});

it('says so when the history no longer has the commit', async () => {
  await publish({ [PATH]: BAD });
  await rollBack();
  await remote.person.git('checkout', '-q', '--orphan', 'fresh');
  await remote.person.git('commit', '-q', '-m', 'Begin anew');
  await remote.person.git('push', '-q', '--force', 'origin', 'HEAD:main');
  await replica.look();
  expect(await newest()).toMatchObject({
    state: 'conflict',
    code: 'proposal-conflict',
    detail: expect.stringContaining('not among those that the remote still gives'),
  });
  await unpin();
  await replica.look();
  expect(await newest()).toMatchObject({ state: 'closed' });
});
