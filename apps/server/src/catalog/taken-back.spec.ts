import {
  createGitRemote,
  type FakeClock,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
} from '@guidon/testkit';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, openQuickStore, type SyncingReplica } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';
import { hasCandidate } from './wave-membership.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const postgres = await startPostgres();

const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
const inCountry = (country: string) =>
  OFF.replace(
    'production: off',
    `production: { rules: [{ id: some, when: { country: [${country}] }, percent: 5, serve: on }], serve: off }`,
  );
const FREEZE = 'freeze: [{ from: 2026-11-23T12:01:00Z, to: 2026-11-23T12:09:00Z, reason: Sale }]';
const PROJECT = projectFile().replace(
  'protected: true',
  `protected: true, waves: [{ percent: 1, hold: 1h }], ${FREEZE}`,
);

let clock: FakeClock;
let database: Database;
let remote: GitRemote;
let replica: SyncingReplica;
let start: string;
let bad: string;

/** A wave has taken the change of `a` back. */
beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  database = await openQuickStore(postgres);
  remote = await createGitRemote({
    files: { 'flags/guidon.yaml': PROJECT, 'flags/a.yaml': OFF, 'flags/b.yaml': OFF },
  });
  start = await remote.head();
  replica = await aSyncingReplica(database, remote.url, onClock());
  await replica.sync.sync();
  bad = await push({ 'flags/a.yaml': inCountry('CH') });
});
afterEach(() => database.close());

/** Freezes, too, go by the clock that the test turns. */
const onClock = () => ({ clock, isInWave: hasCandidate, storeNowMs: async () => clock.nowMs() });

async function push(files: Record<string, string>): Promise<string> {
  const commit = await remote.publish(files);
  await replica.sync.sync();
  return commit;
}
async function revert(commit: string): Promise<void> {
  await remote.person.revert(commit);
  await remote.person.push();
  await replica.sync.sync();
}
async function rollBack(): Promise<void> {
  const [wave] = replica.waves.running();
  if (wave === undefined) throw new Error('no wave runs');
  const move = { kind: 'roll-back' as const };
  await replica.waves.move(wave, { move, reason: 'It is worse.', evidence: {}, actor: 'ada' });
}
const accept = (commit: string) =>
  replica.acceptances.accept({ commit, actor: 'ada', reason: 'It is fine.', requestId: '1' });
const head = () => replica.catalog.knownHeads().find(({ environment }) => environment === 'production');

it('keeps back what a wave took back when a freeze that held something else has ended', async () => {
  await rollBack();
  clock.advance(60_000);
  const held = await push({ 'flags/b.yaml': inCountry('NO') });
  expect(head()).toMatchObject({ revision: start, held: { why: 'held', revision: held } });
  await revert(held);
  clock.advance(8 * 60_000);
  await replica.sync.sync();
  expect(head()).toMatchObject({
    revision: start,
    held: { why: 'rolled-back', sentences: ['It is worse.'] },
  });
  expect(replica.waves.running()).toEqual([]);
  const newest = await remote.head();
  await accept(newest);
  expect(head()).toMatchObject({ candidate: { revision: newest } });
  expect(head()).not.toHaveProperty('takenBack');
});

it('keeps it back when the commit that came after it was taken back too and is reverted', async () => {
  await rollBack();
  const other = await push({ 'flags/a.yaml': inCountry('NO') });
  expect(head()).toMatchObject({ candidate: { revision: other } });
  await rollBack();
  await revert(other);
  expect(head()).toMatchObject({ revision: start, held: { why: 'rolled-back' } });
  expect(replica.waves.running()).toEqual([]);
});

it('keeps it back with a commit about something else, tries one that changes it, also after a restart', async () => {
  await rollBack();
  expect(head()).toMatchObject({ takenBack: [{ print: { keys: ['a'] } }] });
  replica = await aSyncingReplica(database, remote.url, onClock());
  const unrelated = await push({ 'flags/b.yaml': inCountry('NO') });
  expect(head()).toMatchObject({ revision: start, held: { why: 'rolled-back', revision: unrelated } });
  expect(head()?.held?.sentences).toEqual(['It has a just as a wave took it back: It is worse.']);
  const mended = await push({ 'flags/a.yaml': inCountry('DK') });
  expect(head()).toMatchObject({ candidate: { revision: mended } });
  expect(head()).not.toHaveProperty('held');
});

it('tries what waited behind it only if that is not the same with something beside it', async () => {
  const unrelated = await push({ 'flags/b.yaml': inCountry('NO') });
  expect(head()).toMatchObject({ candidate: { revision: bad }, waiting: { revision: unrelated } });
  await rollBack();
  expect(head()).toMatchObject({ revision: start, held: { why: 'rolled-back', revision: unrelated } });
  expect(replica.waves.running()).toEqual([]);
  await accept(unrelated);
  expect(head()).toMatchObject({ candidate: { revision: unrelated } });
  await push({ 'flags/a.yaml': inCountry('DK'), 'flags/b.yaml': inCountry('NO') });
  await rollBack();
  expect(replica.waves.running()).toMatchObject([{ candidate: { revision: await remote.head() } }]);
});
