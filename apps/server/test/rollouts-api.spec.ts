import type { RolloutDocument, RolloutFeedDocument, RolloutsDocument } from '@guidon/protocol';
import { createGitRemote, type FakeClock, fakeClock, type GitRemote, projectFile } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { DATABASE, type Database } from '../src/kernel/index.js';
import { RolloutWorker } from '../src/rollout/rollout-worker.js';
import { InProcessServer } from './in-process-server.js';
import { LapseClock } from './lapse.js';
import { rollingFlag } from './rollout-kit.js';
import { auditEntries } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const PROJECT = projectFile().replace(
  'members: [ada@acme.example]',
  'members: [ada@acme.example, bo@acme.example]',
);
const FLAG = rollingFlag({
  stages: [
    '{ id: some, percent: 5, hold: 12m }',
    '{ id: full, percent: 100, hold: 12m, approval: payments }',
  ],
});
const ID = '/api/v1/rollouts/production.a';
const reason = 'a test wants it';

let clock: FakeClock;
let remote: GitRemote;
let server: InProcessServer;

beforeAll(async () => {
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  remote = await createGitRemote({ files: { 'flags/guidon.yaml': PROJECT, 'flags/a.yaml': FLAG } });
  server = await InProcessServer.start({ gitUrl: remote.url, clock: new LapseClock(clock) });
  await server.sync();
});

afterAll(() => server?.close());

const get = () => server.admin<RolloutDocument>('GET', ID);

async function pass(seconds: number): Promise<void> {
  const worker = server.running.app.get(RolloutWorker, { strict: false });
  // Three periods without a look count in full.
  const step = seconds > 60 ? 15 : 5;
  for (let passed = 0; passed < seconds; passed += step) {
    clock.advance(step * 1000);
    await worker.settled();
  }
}

const keys = new Map<string, string>();

/** The key of a person with a role, made at the first use. */
async function keyOf(owner: string, role: string): Promise<string> {
  const body = { kind: 'admin', owner, role, reason };
  const made = keys.get(owner) ?? (await server.admin<{ text: string }>('POST', '/api/v1/keys', body)).text;
  keys.set(owner, made);
  return made;
}

interface Asked {
  readonly by?: readonly [owner: string, role: string];
  readonly body?: object;
  readonly headers?: { readonly [name: string]: string };
}

async function act(what: string, { by, body = { reason }, headers = {} }: Asked = {}) {
  const key: Record<string, string> = {};
  if (by !== undefined) key.authorization = `Bearer ${await keyOf(`${by[0]}@acme.example`, by[1])}`;
  const answer = await server.call('POST', `${ID}/${what}`, { body, headers: { ...key, ...headers } });
  const json = (await answer.json()) as { code?: string; detail?: string; rollout?: RolloutDocument };
  return { status: answer.status, ...json };
}

const steps = async () =>
  (await auditEntries(server.running.app.get<Database>(DATABASE, { strict: false }))).filter(({ action }) =>
    String(action).startsWith('rollout.'),
  );

it('lists a rollout that its flag file began, and says what it waits for', async () => {
  await pass(60);
  const { rollouts } = await server.admin<RolloutsDocument>('GET', '/api/v1/rollouts');
  expect(rollouts).toMatchObject([
    {
      id: 'production.a',
      owner: 'payments',
      phase: 'running',
      to: 'on',
      percent: 5,
      stageId: 'some',
      run: 1,
    },
  ]);
  const rollout = await get();
  expect(rollout.waitingFor).toMatchObject({ kind: 'hold', neededMs: 720_000 });
  expect(rollout.plan.stages).toMatchObject([
    { id: 'some', percent: 5, state: 'current' },
    { id: 'full', approval: 'payments', state: 'ahead' },
  ]);
  expect(rollout.file).toMatchObject({ path: 'a.yaml', authors: ['ada@acme.example'] });
  expect((await server.call('GET', '/api/v1/rollouts/production.b')).status).toBe(404);
});

it('lets a responder pause it and take it no further, once for a request', async () => {
  const by = ['rita', 'responder'] as const;
  const headers = { 'idempotency-key': 'pause-1' };
  const before = await steps();
  const [first, again] = [await act('pause', { by, headers }), await act('pause', { by, headers })];
  expect(first).toMatchObject({ status: 200, rollout: { phase: 'paused' } });
  expect(again).toEqual(first);
  expect((await steps()).slice(before.length)).toMatchObject([
    { action: 'rollout.paused', reason, environments: ['production'], subject: { flag: 'a' } },
  ]);
  expect(await act('resume', { by })).toMatchObject({ status: 403, code: 'not-permitted' });
  expect(await act('advance')).toMatchObject({ status: 409, code: 'rollout-refused' });
});

it('wants a second person for what grows where it is protected, and none of the break-glass key', async () => {
  const wanted = await act('resume', { by: ['otto', 'operator'] });
  expect(wanted).toMatchObject({ status: 409, code: 'approval-needed' });
  const id = /guidon approve (\w+)/.exec(wanted.detail ?? '')?.[1];
  const authorization = `Bearer ${await keyOf('vera@acme.example', 'approver')}`;
  const granted = await server.call('POST', `/api/v1/approvals/${id}/grant`, {
    body: { reason },
    headers: { authorization },
  });
  expect([granted.status, await granted.text()]).toEqual([200, expect.any(String)]);
  expect(await act('resume', { by: ['otto', 'operator'] })).toMatchObject({
    status: 200,
    rollout: { phase: 'running' },
  });
});

it('does what was meant for the rollout as it was read, and nothing else', async () => {
  const answer = await server.call('GET', ID);
  const tag = answer.headers.get('etag') ?? '';
  await pass(30);
  // What was counted meanwhile is no other state of things.
  expect((await server.call('GET', ID)).headers.get('etag')).toBe(tag);
  expect(await act('pause', { headers: { 'if-match': tag } })).toMatchObject({ status: 200 });
  expect(await act('resume', { headers: { 'if-match': tag } })).toMatchObject({
    status: 412,
    code: 'precondition-failed',
  });
  expect(await act('resume')).toMatchObject({ status: 200 });
});

it('takes the agreement of somebody of the team who did not write the flag file', async () => {
  await pass(800);
  expect(await get()).toMatchObject({
    phase: 'awaiting-approval',
    waitingFor: { kind: 'approval', team: 'payments', stage: 'full' },
  });
  const body = { reason, stage: 'full' };
  expect(await act('approve', { body })).toMatchObject({ status: 403, code: 'not-permitted' });
  const author = await act('approve', { body, by: ['ada', 'developer'] });
  expect([author.status, author.code]).toEqual([409, 'rollout-refused']);
  expect(author.detail).toContain('somebody else of payments must approve');
  const stranger = await act('approve', { body, by: ['otto', 'operator'] });
  expect(stranger.detail).toContain('not a member of payments');
  expect(await act('approve', { body, by: ['bo', 'developer'] })).toMatchObject({ status: 200 });
  await pass(5);
  expect(await get()).toMatchObject({ phase: 'running', stageId: 'full', percent: 100 });
});

it('tells whoever waits what happens, and where it was', async () => {
  const { cursor } = await server.admin<RolloutFeedDocument>('GET', '/api/v1/rollouts/events?after=0');
  const waiting = server.admin<RolloutFeedDocument>('GET', `/api/v1/rollouts/events?after=${cursor}&wait=20`);
  expect(await act('roll-back', { by: ['rita', 'responder'] })).toMatchObject({ status: 200 });
  clock.advance(1_000);
  let isAnswered = false;
  const answered = waiting.finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) {
    clock.advance(500);
    await server.call('GET', '/livez');
  }
  expect((await answered).events).toMatchObject([
    {
      rollout: 'production.a',
      transition: 'rolling-back',
      actor: 'rita@acme.example',
      from: { phase: 'running', stageId: 'full' },
    },
  ]);
  await pass(30);
  expect(await get()).toMatchObject({ phase: 'rolled-back', percent: 0 });
  expect(await act('restart')).toMatchObject({ status: 200, rollout: { phase: 'scheduled', run: 2 } });
  const { timeline } = await server.admin<RolloutDocument>('GET', `${ID}?limit=2`);
  expect(timeline.map(({ transition }) => transition)).toEqual(['restarted', 'rolled-back']);
  const older = await server.admin<RolloutDocument>('GET', `${ID}?limit=1&before=${timeline[1]?.sequence}`);
  expect(older.timeline).toMatchObject([{ transition: 'rolling-back' }]);
});
