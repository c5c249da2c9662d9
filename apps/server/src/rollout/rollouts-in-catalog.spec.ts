import { createGitRemote, type FakeClock, fakeClock, type GitRemote } from '@guidon/testkit';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import {
  aRollingReplica,
  lookFor,
  OPEN_PROJECT,
  type RollingReplica,
  rollingFlag,
  rolloutEvents,
  rolloutRow,
} from '../../test/rollout-kit.js';
import { auditEntries, openStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

let clock: FakeClock;
let database: Database;
let remote: GitRemote;
let replica: RollingReplica;

beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  database = await openStore(undefined);
});
afterEach(() => database.close());

async function begin(flag: string): Promise<void> {
  remote = await createGitRemote({ files: { 'flags/guidon.yaml': OPEN_PROJECT, 'flags/a.yaml': flag } });
  replica = await aRollingReplica(database, remote, { clock });
}

it('starts by itself, goes on from stage to stage, completes, and is done when the change is merged', async () => {
  await begin(rollingFlag());
  await lookFor(replica, clock, 400);
  const events = await rolloutEvents(database);
  expect(events.map(({ record }) => record.transition)).toEqual([
    ...['declared', 'started', 'advanced', 'advanced', 'completed'],
  ]);
  expect((await rolloutRow(database)).state.phase).toBe('completed');
  const audited = (await auditEntries(database)).map(({ action }) => action);
  expect(audited.filter((action) => String(action).startsWith('rollout.'))).toHaveLength(events.length);
  await remote.publish({ 'flags/a.yaml': rollingFlag().replace(/rollout:.*\n {4}serve: off/, 'serve: on') });
  await replica.sync.sync();
  await lookFor(replica, clock, 5);
  expect((await rolloutEvents(database)).at(-1)?.record.transition).toBe('merged');
  expect(replica.positions.of('production')).toEqual([]);
});
