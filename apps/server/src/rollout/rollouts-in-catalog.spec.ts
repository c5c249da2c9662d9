import type { PrometheusSample } from '@guidon/policy/guards';
import { createGitRemote, type FakeClock, fakeClock, type GitRemote, startPostgres } from '@guidon/testkit';
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
import { auditEntries, openQuickStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const postgres = await startPostgres();
let clock: FakeClock;
let database: Database;
let remote: GitRemote;
let replica: RollingReplica;
/** What Prometheus would say. */
let says: Omit<Extract<PrometheusSample, { kind: 'values' }>, 'atMs'> | 'nothing';

beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  database = await openQuickStore(postgres);
  says = { kind: 'values', values: [1] };
});
afterEach(() => database.close());

async function begin(flag: string): Promise<void> {
  remote = await createGitRemote({ files: { 'flags/guidon.yaml': OPEN_PROJECT, 'flags/a.yaml': flag } });
  const prometheus = {
    query: async (_query: string, atMs: number): Promise<PrometheusSample> =>
      says === 'nothing' ? { atMs, kind: 'failed', why: 'It is away.' } : { ...says, atMs },
  };
  replica = await aRollingReplica(database, remote, { clock, prometheus });
}

async function publish(flag: string): Promise<void> {
  await remote.publish({ 'flags/a.yaml': flag });
  await replica.sync.sync();
  await lookFor(replica, clock, 5);
}

const transitions = async () => (await rolloutEvents(database)).map(({ record }) => record.transition);
const serving = (variant: 'on' | 'off') =>
  rollingFlag().replace(/rollout:.*\n {4}serve: off/, `serve: ${variant}`);

it('starts by itself, goes on from stage to stage, completes, and is done when the change is merged', async () => {
  await begin(rollingFlag());
  await lookFor(replica, clock, 400);
  const events = await rolloutEvents(database);
  expect(await transitions()).toEqual(['declared', 'started', 'advanced', 'advanced', 'completed']);
  expect((await rolloutRow(database)).state.phase).toBe('completed');
  const audited = (await auditEntries(database)).map(({ action }) => action);
  expect(audited.filter((action) => String(action).startsWith('rollout.'))).toHaveLength(events.length);
  await publish(serving('on'));
  expect((await transitions()).at(-1)).toBe('merged');
  expect(replica.positions.of('production')).toEqual([]);
});

it('goes back where the rollout is taken out of its file, and is a new one when another comes', async () => {
  await begin(rollingFlag());
  await lookFor(replica, clock, 120);
  await publish(serving('off'));
  await lookFor(replica, clock, 30);
  expect((await transitions()).slice(2)).toEqual(['advanced', 'rolling-back', 'rolled-back']);
  expect(replica.positions.of('production')).toEqual([]);
  await publish(rollingFlag({ stages: ['{ id: all, percent: 100, hold: 1m }'] }));
  await lookFor(replica, clock, 5);
  expect((await transitions()).slice(-2)).toEqual(['declared', 'started']);
  expect((await rolloutRow(database)).state.run).toBe(2);
});

it('takes up a plan that is only safer, and stops when an earlier one is pinned', async () => {
  await begin(rollingFlag());
  await lookFor(replica, clock, 30);
  const first = await remote.head();
  await publish(rollingFlag().replaceAll('hold: 1m', 'hold: 2m'));
  await lookFor(replica, clock, 5);
  expect((await transitions()).at(-1)).toBe('plan-adopted');
  const order = { environments: ['production'], actor: 'key:k/ada', reason: 'It burns', requestId: 'r' };
  await replica.pins.pin({ ...order, commit: first });
  await lookFor(replica, clock, 10);
  const { state } = await rolloutRow(database);
  expect([state.phase, state.pause?.reason, state.stage]).toEqual(['paused', 'plan-changed', 0]);
  expect(state.pause?.sentence).toContain('shorter hold');
  await replica.pins.unpin(order);
  await lookFor(replica, clock, 10);
  const after = (await rolloutRow(database)).state;
  expect([after.phase, after.offered]).toEqual(['paused', undefined]);
});

it('starts paused where its row was lost, with what is live as it is', async () => {
  await begin(rollingFlag());
  await lookFor(replica, clock, 150);
  const live = replica.positions.of('production');
  await database.transactions.run((manager) => manager.query('DELETE FROM rollouts'));
  await database.transactions.run((manager) => manager.query('DELETE FROM rollout_events'));
  await database.transactions.run((manager) => manager.query('DELETE FROM rollout_marks'));
  await lookFor(replica, clock, 60);
  const { state } = await rolloutRow(database);
  expect([state.phase, state.pause?.reason, state.stage]).toEqual(['paused', 'position-lost', 1]);
  expect(replica.positions.of('production')).toEqual(live);
});

it('tells of what happens, and counts what its guards say', async () => {
  const guard = '{ id: orders, type: prometheus, query: up, below: 0.5, onAlarm: rollback }';
  await begin(rollingFlag({ plan: `, guards: [${guard}]` }));
  await lookFor(replica, clock, 20);
  expect(replica.told).toMatchObject([
    { kind: 'rollout.declared', environments: ['production'], flags: ['a'] },
    { kind: 'rollout.started', actor: 'system:rollouts', link: '/api/v1/rollouts/production.a' },
  ]);
  const text = await replica.registry.metrics();
  expect(text).toContain('guidon_rollouts{environment="production",phase="running"} 1');
  expect(text).toMatch(/^guidon_guard_verdicts\{environment="production",verdict="\w+"\} [1-9]/m);
});

it('goes back when an external number is where it must not be', async () => {
  const guard = '{ id: orders, type: prometheus, query: up, below: 0.5, onAlarm: rollback }';
  await begin(rollingFlag({ plan: `, guards: [${guard}]` }));
  await lookFor(replica, clock, 60);
  says = { kind: 'values', values: [0.25] };
  await lookFor(replica, clock, 40);
  const { state } = await rolloutRow(database);
  expect([state.phase, state.alarm?.guard]).toEqual(['rolled-back', 'orders']);
  expect(state.alarm?.sentence).toContain('The query gave 0.25');
});

it('holds while Prometheus says nothing, and does what the plan wants once that has lasted', async () => {
  const guard = '{ id: orders, type: prometheus, query: up, below: 0.5, onAlarm: rollback, onError: pause }';
  await begin(rollingFlag({ plan: `, guards: [${guard}]` }));
  await lookFor(replica, clock, 30);
  says = 'nothing';
  await lookFor(replica, clock, 50);
  expect((await rolloutRow(database)).state).toMatchObject({ phase: 'running', stage: 0 });
  await lookFor(replica, clock, 40);
  const { state } = await rolloutRow(database);
  expect([state.phase, state.pause?.reason, state.alarm?.guard]).toEqual(['paused', 'guard', 'orders']);
  expect(state.pause?.sentence).toContain('It is away.');
});
