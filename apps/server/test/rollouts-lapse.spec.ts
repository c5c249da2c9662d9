import type { DriftDocument, ProposalDocument, RolloutDocument } from '@guidon/protocol';
import {
  createGitRemote,
  type FakeClock,
  fakeClock,
  type GitRemote,
  runGit,
  startPostgres,
} from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { RolloutWorker } from '../src/rollout/rollout-worker.js';
import { DemoApplication } from './demo-application.js';
import { InProcessServer } from './in-process-server.js';
import { LapseClock, lapseClient } from './lapse.js';
import { OPEN_PROJECT, rollingFlag } from './rollout-kit.js';

// A real server, database, application and Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(120_000);

const PLAN = `, guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }]`;
const STAGES = [
  '{ id: staff, audience: { email: { endsWith: "@acme.example" } }, hold: 30s }',
  '{ id: one, percent: 1, hold: 1m }',
  '{ id: ten, percent: 10, hold: 1m }',
  '{ id: half, percent: 50, hold: 1m }',
  '{ id: full, percent: 100, hold: 1m }',
];

let clock: FakeClock;
let remote: GitRemote;
let server: InProcessServer;
let end: () => void = () => {};
/** Sick and healthy. */
let shops: readonly DemoApplication[];

beforeAll(async () => {
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  const project = OPEN_PROJECT.replace('attributes:', 'attributes:\n  email: string');
  const flag = rollingFlag({ stages: STAGES, plan: PLAN });
  const files = { 'flags/guidon.yaml': project, 'flags/sick.yaml': flag, 'flags/healthy.yaml': flag };
  remote = await createGitRemote({ files });
  const databaseUrl = (await (await startPostgres())?.createDatabase())?.url;
  server = await InProcessServer.start({
    ...{ gitUrl: remote.url, clock: new LapseClock(clock) },
    env: { GUIDON_POLL_SECONDS: '15' },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  await server.sync();
  const client = lapseClient(server.url, server.headersOf('server').authorization.slice(7), clock);
  shops = [
    new DemoApplication(client, { flag: 'sick', failing: { on: 0.08, off: 0.01 }, users: 4_000 }),
    new DemoApplication(client, { flag: 'healthy', failing: { on: 0.01, off: 0.01 }, users: 4_000 }),
  ];
  end = () => client.close();
});

afterAll(async () => {
  end();
  await server?.close();
});

const get = (flag: string) => server.admin<RolloutDocument>('GET', `/api/v1/rollouts/production.${flag}`);

/** Lets a second pass for everybody, and waits until the server has done what it does in it. */
async function second(): Promise<void> {
  clock.advance(1_000);
  for (const shop of shops) shop.serve(200);
  await server.running.app.get(RolloutWorker, { strict: false }).settled();
  await server.call('GET', '/readyz');
}

async function secondsUntil(isThere: () => Promise<boolean>, most: number): Promise<number> {
  for (let passed = 1; passed <= most; passed += 1) {
    await second();
    if (passed % 5 === 0 && (await isThere())) return passed;
  }
  throw new Error(`Not there after ${most} s: ${JSON.stringify(await get('healthy'), null, 1)}`);
}

it('takes the new variant back from everybody where it fails more often, by itself, and says why', async () => {
  await secondsUntil(async () => (await get('sick')).phase === 'rolled-back', 900);
  const rollout = await get('sick');
  expect(rollout).toMatchObject({ percent: 0, alarm: { guard: 'errors' }, waitingFor: { kind: 'person' } });
  const [, back] = rollout.timeline;
  expect(
    rollout.timeline
      .map(({ transition }) => transition)
      .reverse()
      .slice(0, 3),
  ).toEqual(['declared', 'started', 'advanced']);
  expect(back).toMatchObject({ transition: 'rolling-back', actor: 'guidon' });
  expect(back?.cause).toMatch(/Rolled back by guard 'errors'/);
  const before = { ...shops[0]?.served };
  await second();
  expect(shops[0]?.served.on).toBe(before.on);
});

it('lets the healthy twin through all its stages, and offers the change that says so', async () => {
  await secondsUntil(async () => (await get('healthy')).phase === 'completed', 1200);
  const rollout = await get('healthy');
  expect(rollout).toMatchObject({ percent: 100, stageId: 'full' });
  const wanted = async () =>
    (await server.admin<{ proposals: ProposalDocument[] }>('GET', '/api/v1/proposals')).proposals.find(
      ({ flag }) => flag === 'healthy',
    );
  await secondsUntil(async () => (await wanted())?.state === 'open', 60);
  const drift = () => server.admin<DriftDocument>('GET', '/api/v1/drift');
  const sentence = 'production: the rollout of healthy has completed, and its flag file does not say so yet.';
  expect((await drift()).reasons).toContain(sentence);
  const back = await runGit(remote.folder, ['show', 'guidon/rollback-production-sick:flags/sick.yaml']);
  expect(back).toContain('serve: off');
  expect(back).not.toContain('rollout');
  const proposal = await wanted();
  await runGit(remote.folder, [
    'update-ref',
    `refs/heads/${remote.branch}`,
    `refs/heads/${proposal?.branch}`,
  ]);
  await server.sync();
  await secondsUntil(async () => (await get('healthy')).timeline[0]?.transition === 'merged', 60);
  await secondsUntil(async () => (await wanted())?.state === 'merged', 60);
  expect((await drift()).reasons).not.toContain(sentence);
  const metrics = await (await server.call('GET', '/metrics')).text();
  expect(metrics).toContain('guidon_rollouts{environment="production",phase="completed"} 1');
  expect(metrics).toContain('guidon_guard_alarms_total{environment="production",action="rollback"} 1');
});
