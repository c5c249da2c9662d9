import { createGitRemote, type FakeClock, fakeClock, type GitRemote, startPostgres } from '@guidon/testkit';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { checkKillsInLog, checkWritten, Faults } from '../../test/rollout-invariants.js';
import {
  aRollingReplica,
  lookFor,
  OPEN_PROJECT,
  type RollingReplica,
  rollingFlag,
  rolloutEvents,
  rolloutRow,
} from '../../test/rollout-kit.js';
import { ASKER, openQuickStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const QUICK = ['staff', 'some', 'full'].map((id, index) =>
  index === 0
    ? `{ id: staff, audience: { country: NO }, hold: 5s }`
    : `{ id: ${id}, percent: ${index * 50}, hold: 5s }`,
);
const FLAG = rollingFlag({ stages: QUICK });
const DONE = FLAG.replace(/rollout:.*\n {4}serve: off/, 'serve: on');

const postgres = await startPostgres();
let clock: FakeClock;
let database: Database;
let remote: GitRemote;

beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  database = await openQuickStore(postgres);
});
afterEach(() => database.close());

async function publish(project = OPEN_PROJECT): Promise<void> {
  remote = await createGitRemote({ files: { 'flags/guidon.yaml': project, 'flags/a.yaml': FLAG } });
}

const press = (replica: RollingReplica) =>
  replica.killSwitch.press(
    { scope: { flag: 'a' }, environments: ['production'], reason: 'It burns' } as never,
    ASKER as never,
  );

it('leaves nothing half done wherever the controller is cut off, from declaration to merge', async () => {
  await publish();
  const faults = new Faults(database);
  const replica = await aRollingReplica(faults.database, remote, { clock });
  let cuts = 0;
  const lookThroughFaults = async () => {
    clock.advance(5_000);
    await replica.replicaBoard.note();
    for (let nth = 1; ; nth += 1) {
      faults.arm(nth);
      await replica.rollouts.looks.look();
      faults.disarm();
      await checkWritten(database, replica);
      if (!faults.hasFired) return;
      cuts += 1;
    }
  };
  for (let look = 0; look < 20; look += 1) await lookThroughFaults();
  expect((await rolloutRow(database)).state.phase).toBe('completed');
  await remote.publish({ 'flags/a.yaml': DONE });
  await replica.sync.sync();
  await lookThroughFaults();
  const transitions = (await rolloutEvents(database)).map(({ record }) => record.transition);
  expect(transitions).toEqual(['declared', 'started', 'advanced', 'advanced', 'completed', 'merged']);
  expect(cuts).toBeGreaterThan(150);
});

it('moves a rollout once where two controllers look at once, each taking itself for the leader', async () => {
  await publish();
  const [one, other] = await Promise.all(
    ['one', 'other'].map((name) => aRollingReplica(database, remote, { clock, name })),
  );
  if (one === undefined || other === undefined) throw new Error('no replicas');
  for (let look = 0; look < 25; look += 1) {
    clock.advance(5_000);
    await Promise.all([one.replicaBoard.note(), other.replicaBoard.note()]);
    await Promise.all([one.rollouts.looks.look(), other.rollouts.looks.look()]);
    await checkWritten(database, one);
  }
  const transitions = (await rolloutEvents(database)).map(({ record }) => record.transition);
  expect(transitions).toEqual(['declared', 'started', 'advanced', 'advanced', 'completed']);
});

/** The embedded database has one connection, so there is no such moment. */
const withTwoConnections = postgres === undefined ? it.skip : it;

withTwoConnections(
  'never grows beside a kill that comes between what was seen and what is written',
  async () => {
    await publish();
    const faults = new Faults(database);
    const one = await aRollingReplica(faults.database, remote, { clock, name: 'one' });
    const other = await aRollingReplica(database, remote, { clock, name: 'other' });
    await lookFor(one, clock, 5);
    let overtaken = 0;
    for (let look = 0; look < 60; look += 1) {
      clock.advance(5_000);
      await one.replicaBoard.note();
      let id: string | undefined;
      faults.beforeLock = async () => {
        id = (await press(other)).id as string;
      };
      await one.rollouts.looks.look();
      faults.beforeLock = undefined;
      const { state } = (await checkWritten(database, one)) ?? {};
      if (state?.phase === 'completed') break;
      if (id === undefined) continue;
      overtaken += 1;
      expect([state?.isKilled, state?.phase, state?.pause?.reason]).toEqual([true, 'paused', 'unkill']);
      await other.killSwitch.revive(id, 'Mended', ASKER as never);
      await one.ledger.refresh();
      await lookFor(one, clock, 5);
      await act(one, { kind: 'resume', by: 'ada@acme.example', reason: 'Mended' });
      // What was stopped at the gate gets through it the next time.
      await lookFor(one, clock, 30);
    }
    expect(overtaken).toBeGreaterThan(1);
    expect(await checkKillsInLog(database)).toBe(overtaken);
  },
);

it('stays in its stage while a freeze is in force, and goes on by itself when that ends', async () => {
  const freeze = 'freeze: [{ from: 2026-11-23T12:00:40Z, to: 2026-11-23T12:05:00Z, reason: Sale }]';
  await publish(OPEN_PROJECT.replace('id: production', `id: production, ${freeze}`));
  const replica = await aRollingReplica(database, remote, { clock });
  await lookFor(replica, clock, 240);
  const { state } = await rolloutRow(database);
  expect([state.phase, state.progress.waitingFor]).toEqual([
    'running',
    { kind: 'freeze', untilMs: Date.parse('2026-11-23T12:05:00Z') },
  ]);
  const before = state.stage;
  await checkWritten(database, replica);
  await lookFor(replica, clock, 120);
  expect((await rolloutRow(database)).state.stage).toBeGreaterThan(before);
  for (const { record } of await rolloutEvents(database))
    if (record.transition === 'advanced')
      expect(
        record.atMs < Date.parse('2026-11-23T12:00:40Z') || record.atMs >= Date.parse('2026-11-23T12:05:00Z'),
      ).toBe(true);
});

it('goes back in a freeze and under a kill, and says so when it has', async () => {
  const freeze = 'freeze: [{ from: 2026-11-23T12:00:50Z, to: 2026-11-23T14:00:00Z, reason: Sale }]';
  await publish(OPEN_PROJECT.replace('id: production', `id: production, ${freeze}`));
  const replica = await aRollingReplica(database, remote, { clock });
  await lookFor(replica, clock, 60);
  await act(replica, { kind: 'roll-back', by: 'ada@acme.example', reason: 'It burns' });
  expect(replica.positions.of('production')).toMatchObject([{ reached: [] }]);
  await press(replica);
  await lookFor(replica, clock, 30);
  const { state } = (await checkWritten(database, replica)) ?? {};
  expect([state?.phase, state?.isKilled]).toEqual(['rolled-back', true]);
});

it('holds where nobody can say what was counted, and can still be taken back', async () => {
  await publish();
  const guarded = rollingFlag({
    stages: QUICK,
    plan: ', guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }]',
  });
  await remote.publish({ 'flags/a.yaml': guarded });
  const replica = await aRollingReplica(database, remote, { clock });
  await lookFor(replica, clock, 15);
  replica.usage.guards.of = () => Promise.reject(new Error('The metrics store is away.'));
  await lookFor(replica, clock, 300);
  const { state } = await rolloutRow(database);
  expect([state.phase, state.stage]).toEqual(['running', 0]);
  expect(state.progress.reason).toContain('cannot be read');
  await act(replica, { kind: 'roll-back', by: 'ada@acme.example', reason: 'Better so' });
  await lookFor(replica, clock, 30);
  expect((await checkWritten(database, replica))?.state.phase).toBe('rolled-back');
});

async function act(
  replica: RollingReplica,
  event: { kind: 'resume' | 'roll-back'; by: string; reason: string },
): Promise<void> {
  const { mover, observer } = replica.rollouts;
  const taken = await mover.move(
    { environment: 'production', flag: 'a' },
    (read) =>
      event.kind === 'resume'
        ? { ...event, kind: 'resume', seen: observer.conditions('production', read.isKilled) }
        : { ...event, kind: 'roll-back' },
    { actor: 'key:k/ada@acme.example', requestId: 'r' },
  );
  expect(taken?.step.isRefused).toBeUndefined();
}
