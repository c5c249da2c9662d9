import {
  createGitRemote,
  type FakeClock,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
} from '@guidon/testkit';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, auditEntries, openStore, type SyncingReplica } from '../../test/store-kit.js';
import { assessDrift } from '../health/drift/assess-drift.js';
import type { Database } from '../kernel/database/index.js';
import type { WaveMove } from './move-wave.js';
import { hasCandidate } from './wave-membership.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
const ON = flagFile({ serve: { development: 'on', production: 'on' } });
/** Away from safe for some. */
const ALPINE = OFF.replace(
  'production: off',
  'production: { rules: [{ id: alpine, when: { country: [CH] }, percent: 5, serve: on }], serve: off }',
);
const START_MS = Date.parse('2026-11-23T12:00:00Z');
const MINUTE_MS = 60_000;
const PROJECT = projectFile().replace(
  'protected: true',
  'protected: true, waves: [{ percent: 1, hold: 1h }], freeze: [{ from: 2026-11-23T12:01:00Z, to: 2026-11-23T12:09:00Z, reason: Sale }]',
);

let clock: FakeClock;
let database: Database;
let remote: GitRemote;
let replica: SyncingReplica;
let start: string;
let first: string;

/** A wave of the first commit is under way. */
beforeEach(async () => {
  clock = fakeClock(START_MS);
  database = await openStore(undefined);
  remote = await createGitRemote({
    files: { 'flags/guidon.yaml': PROJECT, 'flags/a.yaml': OFF, 'flags/b.yaml': ON, 'flags/c.yaml': OFF },
  });
  start = await remote.head();
  replica = await aSyncingReplica(database, remote.url, { clock, isInWave: hasCandidate });
  await replica.sync.sync();
  first = await push({ 'flags/a.yaml': ALPINE });
});
afterEach(() => database.close());

async function push(files: Record<string, string>): Promise<string> {
  const commit = await remote.publish(files);
  await replica.sync.sync();
  return commit;
}
async function move(kind: Extract<WaveMove['kind'], 'finish' | 'roll-back'>) {
  const [wave] = replica.waves.running();
  if (wave === undefined) throw new Error('no wave runs');
  await replica.waves.move(wave, { move: { kind }, reason: 'a test', evidence: {}, actor: 'ada' });
}
const head = () => replica.catalog.knownHeads().find(({ environment }) => environment === 'production');
const released = async () =>
  (await auditEntries(database)).filter(({ action }) => action === 'freeze.release');

describe.each(['finish', 'roll-back'] as const)('given a change behind a wave and a freeze, a %s', (kind) => {
  it('begins nothing until the freeze has ended, says until when, and then goes on by itself', async () => {
    // It changes what comes before it, so that it may be the fix where that is called back.
    const next = await push({ 'flags/a.yaml': ALPINE.replace('CH', 'AT'), 'flags/c.yaml': ALPINE });
    clock.advance(MINUTE_MS);
    await move(kind);
    const waiting = { why: 'freeze', revision: next, until: '2026-11-23T12:09:00.000Z' };
    expect(head()).toMatchObject({ revision: kind === 'finish' ? first : start, waiting });
    await replica.sync.sync();
    expect(head()).toMatchObject({ waiting });
    expect(await replica.syncRunner.isDue()).toBe(false);
    const facts = { heads: replica.catalog.knownHeads(), nowMs: clock.nowMs(), headTimes: new Map() };
    const { environments, reasons } = assessDrift({
      ...{
        ...facts,
        record: replica.catalog.newest().record,
        findings: [],
        kills: [],
        ended: [],
        replicas: [],
      },
      ...{ instances: [], leader: undefined, sync: await replica.sync.status() },
    });
    expect(environments[1]).toMatchObject({ inSync: false, waiting });
    expect(reasons.join()).toContain('production is frozen until 2026-11-23T12:09:00Z (Sale)');

    const restarted = await aSyncingReplica(database, remote.url, { clock, isInWave: hasCandidate });
    await restarted.catalog.refresh();
    clock.advance(8 * MINUTE_MS);
    expect(await restarted.syncRunner.isDue()).toBe(true);
    await restarted.sync.sync();
    await replica.catalog.refresh();
    expect(head()).toMatchObject({ candidate: { revision: next } });
    expect(head()).not.toHaveProperty('waiting');
    expect(await released()).toMatchObject([
      { actor: 'system:sync', commit: next, reason: 'The freeze of production has ended.' },
    ]);
    expect(await restarted.syncRunner.isDue()).toBe(false);
  });

  it('lets what moves only toward safe begin in the freeze', async () => {
    const safer = await push({ 'flags/a.yaml': OFF, 'flags/b.yaml': OFF });
    clock.advance(MINUTE_MS);
    await move(kind);
    expect(await replica.syncRunner.isDue()).toBe(true);
    await replica.sync.sync();
    expect(head()).toMatchObject({ candidate: { revision: safer } });
    expect(await released()).toHaveLength(1);
  });
});

it('begins nothing in a freeze when a pin is lifted', async () => {
  await replica.pins.pin({
    ...{ commit: start, environments: ['production'], actor: 'ada', reason: 'It burns.', requestId: '1' },
  });
  clock.advance(MINUTE_MS);
  await replica.pins.unpin({ environments: ['production'], actor: 'ada', reason: 'r', requestId: '2' });
  await replica.sync.sync();
  expect(head()).toMatchObject({ revision: start, waiting: { why: 'freeze', revision: first } });
  expect(replica.waves.running()).toEqual([]);
});

it('lets a person begin what waits in a freeze, and takes it along with no later commit toward safe', async () => {
  const next = await push({ 'flags/c.yaml': ALPINE });
  clock.advance(MINUTE_MS);
  await move('finish');
  const later = await push({ 'flags/b.yaml': OFF });
  expect(replica.catalog.newest().record).toMatchObject({ commit: later, state: 'held' });
  expect(head()).toMatchObject({ waiting: { revision: next }, held: { revision: later } });
  await replica.acceptances.accept({ commit: next, actor: 'ada', reason: 'It must.', requestId: '1' });
  expect(head()).toMatchObject({ candidate: { revision: next }, held: { revision: later } });
});
