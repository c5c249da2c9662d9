import { randomUUID } from 'node:crypto';
import type { RolloutDocument } from '@guidon/protocol';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type RunningServer } from '../src/create-server.js';
import { createLog, DATABASE, type Database, loadConfig } from '../src/kernel/index.js';
import { RolloutWorker } from '../src/rollout/rollout-worker.js';
import { OpenApiJudge } from './openapi-judge.js';
import { quickDatabaseVariables } from './quick-database.js';
import { auditEntries } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ADMIN = `gdn_admin_abcdefgh_${'A'.repeat(43)}`;
const WAVES = '[{ percent: 1, hold: 1h }, { percent: 50, hold: 1h }]';
const PROJECT = projectFile({ waves: WAVES }).replace(
  'members: [ada@acme.example]',
  'members: [ada@acme.example, bo@acme.example]',
);
const serving = (production: 'on' | 'off') => flagFile({ serve: { development: 'on', production } });

let remote: GitRemote;
let server: RunningServer;
let judge: OpenApiJudge;
let first: string;

async function post(path: string, body: object, key: string, bearer = ADMIN) {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
  const contentType = answer.headers.get('content-type') ?? '';
  return {
    ...{ status: answer.status, contentType, text: await answer.text() },
    id: answer.headers.get('x-request-id'),
  };
}

async function act(path: string, body: object): Promise<Record<string, never>> {
  const { status, text } = await post(path, body, randomUUID());
  expect([status, text]).toEqual([200, text]);
  return JSON.parse(text);
}

const sync = () => act('/api/v1/sync', { reason: 'a test asked' });
const audited = (action: string) =>
  auditEntries(server.app.get<Database>(DATABASE, { strict: false })).then((entries) =>
    entries.filter((entry) => entry.action === action),
  );

async function wave(): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/waves`, { headers: { authorization: `Bearer ${ADMIN}` } });
  const { waves } = (await answer.json()) as { waves: { id: string }[] };
  return waves[0]?.id ?? 'none';
}

interface Mutation {
  /** As the OpenAPI document has it. */
  readonly route: string;
  readonly action: string;
  /** Brings about what the mutation needs, and gives its path. */
  prepare(): Promise<string>;
  readonly body: object;
  /** The key that it is made with; that of the administrator unless given. */
  readonly key?: () => Promise<string>;
}

const reason = 'a test wants it';

const rolling = (plan: string, start = '') => `type: release
owner: payments
description: A flag that rolls out
expires: 2099-12-31
safe: off
environments:
  development:
    rollout: { to: on, plan: { stages: [${plan}] }${start} }
    serve: off
`;
const ROLLING = {
  'flags/rolling.yaml': rolling('{ id: some, percent: 5, hold: 1h }, { id: full, percent: 100, hold: 1h }'),
  'flags/agreed.yaml': rolling(
    '{ id: some, percent: 5, hold: 1s }, { id: full, percent: 100, hold: 1h, approval: payments }',
  ),
  'flags/later.yaml': rolling('{ id: full, percent: 100, hold: 1h }', ', start: 2098-01-01T00:00:00Z'),
};

/** The id of a rollout once it is where an act needs it to be. */
async function rolloutThat(flag: string, fits: (rollout: RolloutDocument) => boolean): Promise<string> {
  const id = `development.${flag}`;
  await waitUntil(
    async () => {
      await server.app.get(RolloutWorker, { strict: false }).look();
      const headers = { authorization: `Bearer ${ADMIN}` };
      const answer = await fetch(`${server.url}/api/v1/rollouts/${id}`, { headers });
      return answer.ok && fits((await answer.json()) as RolloutDocument);
    },
    { timeoutMs: 40_000, everyMs: 200, what: `${id} is where it should be` },
  );
  return id;
}

async function alarmed(flag: string): Promise<string> {
  const id = await rolloutThat(flag, ({ phase }) => phase === 'running');
  await act(`/api/v1/rollouts/${id}/pause`, { reason });
  const alarm = { guard: 'errors', onAlarm: 'pause', sentence: 'Too many.', sinceMs: 1 };
  const database = server.app.get<Database>(DATABASE, { strict: false });
  await database.transactions.run((manager) =>
    manager.query(
      `UPDATE rollouts SET version = version + 1, state = jsonb_set(state::jsonb, '{alarm}', $2::jsonb)::json
       WHERE flag = $1`,
      [flag, JSON.stringify(alarm)],
    ),
  );
  return id;
}

async function personKey(owner: string, role: string): Promise<string> {
  return (await act('/api/v1/keys', { kind: 'admin', owner, role, reason })).text ?? '';
}

const isRunning = ({ phase }: RolloutDocument) => phase === 'running';

/** In an order in which each finds what it needs. */
const ROLLOUT_ACTS: readonly (readonly [act: string, action: string, prepare: () => Promise<string>])[] = [
  ['pause', 'paused', () => rolloutThat('rolling', isRunning)],
  ['resume', 'resumed', () => rolloutThat('rolling', ({ phase }) => phase === 'paused')],
  ['advance', 'advanced', () => rolloutThat('rolling', (it) => isRunning(it) && it.propagation.done)],
  ['acknowledge', 'acknowledged', () => alarmed('rolling')],
  ['roll-back', 'rolling-back', () => rolloutThat('rolling', ({ phase }) => phase === 'paused')],
  ['approve', 'approved', () => rolloutThat('agreed', ({ phase }) => phase === 'awaiting-approval')],
  ['cancel', 'cancelled', () => rolloutThat('later', ({ phase }) => phase === 'scheduled')],
  ['restart', 'restarted', () => rolloutThat('later', ({ phase }) => phase === 'cancelled')],
];

/** In an order in which each finds what it needs. */
const MUTATIONS: readonly Mutation[] = [
  { route: '/api/v1/sync', action: 'sync.run', prepare: async () => '/api/v1/sync', body: { reason } },
  {
    route: '/api/v1/proposals',
    action: 'proposal.create',
    prepare: async () => '/api/v1/proposals',
    body: { kind: 'extend-expiry', flag: 'checkout', until: '2098-01-01', reason },
  },
  {
    route: '/api/v1/notifications/test',
    action: 'notification.test',
    prepare: async () => '/api/v1/notifications/test',
    body: { reason },
  },
  {
    route: '/api/v1/red-button',
    action: 'kill.press',
    prepare: async () => '/api/v1/red-button',
    body: { scope: { flag: 'login' }, environments: ['development'], reason },
  },
  {
    route: '/api/v1/red-button/{id}/revive',
    action: 'kill.revive',
    async prepare() {
      const scope = { flag: 'checkout' };
      const { id } = await act('/api/v1/red-button', { scope, environments: ['production'], reason });
      return `/api/v1/red-button/${id}/revive`;
    },
    body: { reason },
  },
  {
    route: '/api/v1/revisions/{sha}/accept',
    action: 'revision.accept',
    async prepare() {
      const project = PROJECT.replace('jumpPoints: 10', 'jumpPoints: 20');
      const commit = await remote.publish({ 'flags/guidon.yaml': project }, 'Raise a limit');
      expect(await sync()).toMatchObject({ state: 'held', revision: commit });
      return `/api/v1/revisions/${commit}/accept`;
    },
    body: { reason },
  },
  {
    route: '/api/v1/waves/{id}/advance',
    action: 'wave.advance',
    async prepare() {
      await remote.publish({ 'flags/checkout.yaml': serving('off') }, 'Turn it off');
      await sync();
      return `/api/v1/waves/${await wave()}/advance`;
    },
    body: { reason },
  },
  {
    route: '/api/v1/waves/{id}/roll-back',
    action: 'wave.roll-back',
    prepare: async () => `/api/v1/waves/${await wave()}/roll-back`,
    body: { reason },
  },
  {
    route: '/api/v1/revisions/{sha}/rollback',
    action: 'revision.rollback',
    async prepare() {
      const description = 'Another text, and another rule';
      await remote.publish({
        'flags/login.yaml': flagFile({ description, serve: { development: 'off' } }),
      });
      await sync();
      return `/api/v1/revisions/${first.slice(0, 12)}/rollback`;
    },
    body: { environments: ['development'], reason },
  },
  {
    route: '/api/v1/revisions/unpin',
    action: 'revision.unpin',
    prepare: async () => '/api/v1/revisions/unpin',
    body: { environments: ['development'], reason },
  },
  {
    route: '/api/v1/keys',
    action: 'key.create',
    prepare: async () => '/api/v1/keys',
    body: { kind: 'server', owner: 'checkout service', reason },
  },
  {
    route: '/api/v1/keys/{id}/rotate',
    action: 'key.rotate',
    prepare: async () => `/api/v1/keys/${await machineKey()}/rotate`,
    body: { overlapSeconds: 60, reason },
  },
  {
    route: '/api/v1/keys/{id}/revoke',
    action: 'key.revoke',
    prepare: async () => `/api/v1/keys/${await machineKey()}/revoke`,
    body: { reason },
  },
  {
    route: '/api/v1/approvals/{id}/grant',
    action: 'approval.grant',
    prepare: async () => `/api/v1/approvals/${await wantedRevival('search')}/grant`,
    body: { reason },
  },
  {
    route: '/api/v1/approvals/{id}/refuse',
    action: 'approval.refuse',
    prepare: async () => `/api/v1/approvals/${await wantedRevival('login')}/refuse`,
    body: { reason },
  },
  ...ROLLOUT_ACTS.map(
    ([act, action, prepare]): Mutation => ({
      route: `/api/v1/rollouts/{id}/${act}`,
      action: `rollout.${action}`,
      prepare: async () => `/api/v1/rollouts/${await prepare()}/${act}`,
      body: act === 'approve' ? { reason, stage: 'full' } : { reason },
      ...(act === 'approve' ? { key: () => personKey('bo@acme.example', 'developer') } : {}),
    }),
  ),
];

/** These carry no such key, each for its reason. */
const WITHOUT_KEY: { readonly [route: string]: string } = {
  '/api/v1/login': 'Nobody is known yet whose key it could be; the provider takes a code once.',
  '/api/v1/flags/{key}/explain':
    'It changes nothing; it is a POST because a context does not belong in an address.',
  '/api/v1/logout': 'It ends the very key with which it would be repeated.',
};

async function machineKey(): Promise<string> {
  return (await act('/api/v1/keys', { kind: 'server', owner: 'checkout service', reason })).id ?? '';
}

/** The id under which the revival that an operator wants waits for somebody else. */
async function wantedRevival(flag: string): Promise<string> {
  const { id } = await act('/api/v1/red-button', { scope: { flag }, environments: ['production'], reason });
  const owner = 'otto@acme.example';
  const { text } = await act('/api/v1/keys', { kind: 'admin', owner, role: 'operator', reason });
  const answer = await fetch(`${server.url}/api/v1/red-button/${id}/revive`, {
    method: 'POST',
    headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason }),
  });
  const { detail } = (await answer.json()) as { detail: string };
  return /guidon approve (\w+)/.exec(detail)?.[1] ?? detail;
}

/** Every operation of the document that the server serves, as the document writes its path, that is no reading. */
function mutatingRoutes(): string[] {
  return judge
    .operations()
    .filter(({ method }) => method !== 'GET')
    .map(({ path }) => path);
}

beforeAll(async () => {
  remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': PROJECT,
      'flags/checkout.yaml': serving('on'),
      'flags/login.yaml': flagFile(),
      'flags/search.yaml': flagFile(),
      ...ROLLING,
    },
  });
  first = await remote.head();
  const config = loadConfig(
    {
      ...{ PORT: '0', GUIDON_GIT_URL: remote.url, GUIDON_ADMIN_KEY: ADMIN, GUIDON_POLL_SECONDS: '600' },
      GUIDON_DATA_DIR: await temporaryFolder(),
      // Nobody listens there, which must hold up nothing.
      GUIDON_NOTIFY_URL: 'http://127.0.0.1:9/hook',
      GUIDON_NOTIFY_SECRET: `whsec_${'A'.repeat(43)}=`,
      ...(await quickDatabaseVariables()),
    },
    '/',
  );
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  server = await createServer({ config: config.config, log: createLog('silent') });
  judge = await OpenApiJudge.of(server.url);
  await sync();
});

afterAll(() => server.close());

it('knows every route under /api/v1 that changes anything', () => {
  const routes = mutatingRoutes();
  expect(routes.every((route) => route.startsWith('/api/v1/'))).toBe(true);
  const known = [...MUTATIONS.map(({ route }) => route), ...Object.keys(WITHOUT_KEY)];
  expect(known.sort()).toEqual(routes.sort());
  const keyed = judge
    .operations()
    .filter(({ parameters }) => parameters.some(({ name }) => name === 'Idempotency-Key'));
  expect(keyed.map(({ path }) => path).sort()).toEqual(MUTATIONS.map(({ route }) => route).sort());
});

/** What each route answered: some of what they make stands in no list. */
const answered = new Map<string, Record<string, string>>();

describe.each(MUTATIONS)('$route', ({ route, action, prepare, body, key: bearerOf }) => {
  it('changes something once for an Idempotency-Key, answers the same again, and refuses another body', async () => {
    const path = await prepare();
    const before = await audited(action);
    const key = randomUUID();
    const bearer = await bearerOf?.();
    const answer = await post(path, body, key, bearer);
    expect(answer).toMatchObject({ status: 200 });
    answered.set(route, JSON.parse(answer.text));
    expect(judge.faults('POST', route, answer)).toEqual([]);
    const again = await post(path, body, key, bearer);
    expect(again).toEqual({ ...answer, id: again.id });
    const entries = (await audited(action)).slice(before.length);
    expect(entries.map(({ requestId }) => requestId)).toEqual([answer.id]);
    const other = await post(path, { ...body, reason: 'something else' }, key, bearer);
    expect([other.status, JSON.parse(other.text).code]).toEqual([409, 'idempotency-conflict']);
    expect(judge.faults('POST', route, other)).toEqual([]);
    expect(await audited(action)).toHaveLength(before.length + 1);
  });
});

it('reads everything in the form that the document gives it, now that there is something to read', async () => {
  const reads = judge.operations().filter(({ method }) => method === 'GET');
  expect(reads.length).toBeGreaterThan(15);
  // A wave that runs, since those before have ended.
  const some =
    'production: { rules: [{ id: some, when: { country: [CH] }, percent: 5, serve: on }], serve: off }';
  const search = flagFile({ serve: { development: 'on', production: 'off' } });
  const files = { 'flags/search.yaml': search.replace('production: off', some) };
  // Without what was taken back, which would be kept back again.
  await remote.publish({ ...files, 'flags/checkout.yaml': serving('on') }, 'Try it');
  await sync();
  for (const { path } of reads) {
    const given = await read(path.includes('{') ? await filled(path) : path);
    expect([path, given.status]).toEqual([path, path === '/api/v1/login' ? 404 : 200]);
    expect([path, judge.faults('GET', path, given)]).toEqual([path, []]);
    const { headers = {} } = judge.document.paths[path].get.responses[given.status] ?? {};
    expect([path, 'ETag' in headers]).toEqual([path, given.etag !== null]);
  }
});

it('explains in the form that the document gives it', async () => {
  const path = '/api/v1/flags/{key}/explain';
  const context = { targetingKey: 'u-1' };
  for (const flag of ['checkout', 'login', 'search']) {
    const given = await post(
      path.replace('{key}', flag),
      { context, environment: 'production' },
      randomUUID(),
    );
    expect([given.status, judge.faults('POST', path, given)]).toEqual([200, []]);
  }
});

async function read(path: string) {
  const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${ADMIN}` } });
  const contentType = answer.headers.get('content-type') ?? '';
  return { status: answer.status, contentType, etag: answer.headers.get('etag'), text: await answer.text() };
}

/** With the name of the first thing that the list above it has. */
async function filled(path: string): Promise<string> {
  const [list = '', rest = ''] = path.split(/\/\{\w+\}/);
  const [things] = Object.values(
    JSON.parse((await read(list)).text) as Record<string, Record<string, string>[]>,
  );
  const { id, key, commit } = answered.get(`${list}/test`) ?? things?.[0] ?? {};
  return `${list}/${id ?? key ?? commit}${rest}`;
}
