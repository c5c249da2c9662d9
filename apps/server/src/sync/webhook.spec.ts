import { createHmac, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  type TestPostgres,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LIVE_CATALOG, type LiveCatalog } from '../catalog/index.js';
import { createServer, type RunningServer } from '../create-server.js';
import {
  createLog,
  DATABASE,
  type Database,
  LEADERSHIP,
  type Leadership,
  loadConfig,
} from '../kernel/index.js';
import { SYNC_PARTS, type SyncAssembly } from './create-sync.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const SECRET = 'a-secret-of-the-shop';
/** The key of the example in the Standard Webhooks specification. */
const TOKEN = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PATH = '/hooks/git';

async function start(env: Record<string, string>): Promise<RunningServer> {
  const variables = {
    PORT: '0',
    GUIDON_DATA_DIR: await temporaryFolder(),
    GUIDON_POLL_SECONDS: '600',
    ...env,
  };
  const result = loadConfig(variables, '/');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return createServer({ config: result.config, log: createLog('silent') });
}

const partsOf = ({ app }: RunningServer) => app.get<SyncAssembly>(SYNC_PARTS, { strict: false });
const leads = ({ app }: RunningServer) => app.get<Leadership>(LEADERSHIP, { strict: false }).isLeader();
const liveOf = ({ app }: RunningServer) => app.get<LiveCatalog>(LIVE_CATALOG, { strict: false });

async function fetchesOf(server: RunningServer): Promise<number> {
  const { values } = await partsOf(server).metrics.fetches.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}

const adminKey = `gdn_admin_abcdefgh_${'A'.repeat(43)}`;
const hex = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');
const pushOf = (branch: string, after: string) => JSON.stringify({ ref: `refs/heads/${branch}`, after });

/** Header forms as in `libs/git/src/hosts/webhook.pure.spec.ts`, where each source is named. */
const SIGNED: { readonly [host: string]: (body: string, id: string) => Record<string, string> } = {
  github: (body, id) => ({
    ...{ 'x-github-event': 'push', 'x-github-delivery': id, 'x-hub-signature-256': `sha256=${hex(body)}` },
  }),
  'gitlab by token': (_, id) => ({
    ...{ 'x-gitlab-event': 'Push Hook', 'idempotency-key': id, 'x-gitlab-token': SECRET },
  }),
  'gitlab by signing token': (body, id) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const key = Buffer.from(TOKEN.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return {
      ...{ 'x-gitlab-event': 'Push Hook', 'webhook-id': id, 'webhook-timestamp': timestamp },
      'webhook-signature': `v1,${signature}`,
    };
  },
  gitea: (body, id) => ({
    ...{ 'x-github-event': 'push', 'x-github-delivery': id, 'x-hub-signature-256': `sha256=${hex(body)}` },
    ...{ 'x-gitea-event': 'push', 'x-gitea-delivery': id, 'x-gitea-signature': hex(body) },
  }),
  forgejo: (body, id) => ({
    ...{ 'x-gitea-event': 'push', 'x-gitea-delivery': id, 'x-gitea-signature': hex(body) },
    ...{ 'x-forgejo-event': 'push', 'x-forgejo-delivery': id, 'x-forgejo-signature': hex(body) },
  }),
};

async function deliver(server: RunningServer, body: string, headers: Record<string, string>) {
  const answer = await fetch(`${server.url}${PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

/** Sends a head and then pieces of a body until the server answers; tells the answer and how much was sent by then. */
function sendSlowly(
  server: RunningServer,
  head: string,
  piece: Buffer,
): Promise<{ text: string; sent: number }> {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  return new Promise((resolve, reject) => {
    let sent = 0;
    let text = '';
    let answered = false;
    socket.on('error', (error) => (answered ? resolve({ text, sent }) : reject(error)));
    socket.on('data', (chunk) => {
      answered = true;
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve({ text, sent }));
    socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: guidon\r\nContent-Type: application/json\r\n${head}\r\n\r\n`,
    );
    const more = () => {
      if (answered || piece.length === 0 || sent >= 10 * 1024 * 1024) return;
      sent += piece.length;
      socket.write(piece, () => setImmediate(more));
    };
    more();
  });
}

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given two servers on one PostgreSQL', () => {
  let remote: GitRemote;
  let servers: RunningServer[];
  let leader: RunningServer;
  let follower: RunningServer;

  beforeAll(async () => {
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flagFile() },
    });
    const env = {
      GUIDON_ADMIN_KEY: adminKey,
      DATABASE_URL: (await (postgres as TestPostgres).createDatabase()).url,
      GUIDON_SIGNING_KEY: Buffer.alloc(32, 1).toString('base64'),
      GUIDON_GIT_URL: remote.url,
      GUIDON_WEBHOOK_SECRET: `the-old-one-until-monday,${SECRET},${TOKEN}`,
    };
    servers = [await start(env), await start({ ...env, GUIDON_ROLE: 'serve' })];
    [leader, follower] = servers as [RunningServer, RunningServer];
    await waitUntil(() => leads(leader) && liveOf(follower).environments().length > 0);
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  let edits = 0;
  /** Every edit changes what is served, so that each commit is the revision of its environment. */
  async function publish(): Promise<string> {
    edits += 1;
    const serve = { development: edits % 2 === 0 ? 'on' : 'off' } as const;
    return remote.publish({ 'flags/checkout.yaml': flagFile({ serve }) });
  }

  const servesAt = (server: RunningServer, commit: string) =>
    waitUntil(() => liveOf(server).current('development')?.revision === commit);

  it.each(Object.entries(SIGNED))('takes a push signed as %s does it, at either server', async (_, sign) => {
    for (const server of servers) {
      const before = await fetchesOf(leader);
      const commit = await publish();
      const body = pushOf('main', commit);
      const answer = await deliver(server, body, sign(body, randomUUID()));
      expect(answer).toMatchObject({ status: 202, json: { status: 'queued' } });
      await Promise.all(servers.map((each) => servesAt(each, commit)));
      expect([(await fetchesOf(leader)) - before, await fetchesOf(follower)]).toEqual([1, 0]);
    }
  });

  it('answers POST /api/v1/sync at a server that never leads when it serves what was pushed', async () => {
    const commit = await publish();
    const answer = await fetch(`${follower.url}/api/v1/sync`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'a test asked for it' }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ head: commit, revision: commit, branch: 'main' });
    expect(liveOf(follower).current('development')?.revision).toBe(commit);
    expect(await fetchesOf(follower)).toBe(0);
  });

  it('takes a redelivery within a day without a second fetch, at whichever server it comes in', async () => {
    const id = randomUUID();
    const commit = await publish();
    const body = pushOf('main', commit);
    const github = SIGNED.github as (body: string, id: string) => Record<string, string>;
    expect((await deliver(leader, body, github(body, id))).json.status).toBe('queued');
    await servesAt(leader, commit);
    await waitUntil(async () => {
      const { wanted, done } = await partsOf(leader).board.read();
      return wanted === done;
    });
    const fetches = await fetchesOf(leader);
    const { wanted } = await partsOf(leader).board.read();
    for (const server of [leader, follower, leader]) {
      const again = await deliver(server, body, github(body, id));
      expect(again).toMatchObject({ status: 202, json: { status: 'repeated' } });
    }
    expect((await partsOf(leader).board.read()).wanted).toBe(wanted);
    expect(await fetchesOf(leader)).toBe(fetches);

    const { dataSource } = leader.app.get<Database>(DATABASE, { strict: false });
    await dataSource.query("UPDATE webhook_deliveries SET received_at = received_at - interval '24 hours'");
    expect((await deliver(leader, body, github(body, id))).json.status).toBe('queued');
    expect(await dataSource.query('SELECT delivery_id FROM webhook_deliveries')).toEqual([
      { delivery_id: id },
    ]);
    await waitUntil(async () => (await fetchesOf(leader)) === fetches + 1);
  });

  it('makes few fetches of a burst, and misses none of its commits', async () => {
    const before = await fetchesOf(leader);
    const github = SIGNED.github as (body: string, id: string) => Record<string, string>;
    let commit = '';
    const answers: Promise<{ status: number }>[] = [];
    for (let index = 0; index < 40; index += 1) {
      if (index % 20 === 19) commit = await publish();
      const body = pushOf('main', commit === '' ? 'a'.repeat(40) : commit);
      answers.push(deliver(servers[index % 2] as RunningServer, body, github(body, randomUUID())));
    }
    for (const { status } of await Promise.all(answers)) expect(status).toBe(202);
    await waitUntil(async () => {
      const { wanted, done, head } = await partsOf(leader).board.read();
      return wanted === done && head === commit;
    });
    await waitUntil(async () => (await partsOf(follower).sync.status()).revision === commit);
    expect((await fetchesOf(leader)) - before).toBeLessThan(20);
  });

  it('answers a ping and a push to another branch, and does nothing', async () => {
    const { wanted } = await partsOf(leader).board.read();
    const ping = '{"zen":"Approachable is better than simple."}';
    const headers = { 'x-github-event': 'ping', 'x-github-delivery': randomUUID() };
    const answer = await deliver(leader, ping, { ...headers, 'x-hub-signature-256': `sha256=${hex(ping)}` });
    expect(answer).toMatchObject({ status: 202, json: { status: 'ignored' } });
    const body = pushOf('feature/x', 'a'.repeat(40));
    const other = await deliver(leader, body, SIGNED.gitea?.(body, randomUUID()) ?? {});
    expect(other).toMatchObject({ status: 202, json: { status: 'ignored' } });
    expect(String(other.json.detail)).toContain('feature/x');
    expect((await partsOf(leader).board.read()).wanted).toBe(wanted);
  });

  it('refuses a wrong signature, an unsigned call and a body that is no JSON, with a sentence', async () => {
    const { wanted } = await partsOf(leader).board.read();
    const body = pushOf('main', 'a'.repeat(40));
    const wrong = {
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${hex(body, 'another-secret')}`,
    };
    expect(await deliver(leader, body, wrong)).toMatchObject({
      status: 401,
      json: { code: 'webhook-unsigned', detail: expect.stringContaining('compare the secret on both sides') },
    });
    expect(await deliver(leader, body, {})).toMatchObject({
      status: 401,
      json: { code: 'webhook-unsigned', detail: expect.stringContaining('set a secret') },
    });
    const form = { ...SIGNED.github?.(body, 'x'), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await deliver(leader, body, form)).toMatchObject({
      status: 415,
      json: { code: 'unsupported-media-type', detail: expect.stringContaining('application/json') },
    });
    expect(await deliver(leader, '{', SIGNED.github?.('{', 'x') ?? {})).toMatchObject({ status: 400 });
    expect((await partsOf(leader).board.read()).wanted).toBe(wanted);
    const said = JSON.stringify([await deliver(leader, body, wrong), await deliver(leader, body, {})]);
    expect(said).not.toContain(SECRET);
  });

  it('refuses 10 MB by its length before any of it was sent, and without a length before 2 MB were', async () => {
    const announced = await sendSlowly(leader, `Content-Length: ${10 * 1024 * 1024}`, Buffer.alloc(0));
    expect(announced.text).toMatch(/^HTTP\/1\.1 413 /);
    expect(announced.text).toContain('payload-too-large');
    const size = 64 * 1024;
    const piece = Buffer.concat([
      Buffer.from(`${size.toString(16)}\r\n`),
      Buffer.alloc(size),
      Buffer.from('\r\n'),
    ]);
    const hidden = await sendSlowly(leader, 'Transfer-Encoding: chunked', piece);
    expect(hidden.text).toMatch(/^HTTP\/1\.1 413 /);
    expect(hidden.sent).toBeGreaterThan(1024 * 1024);
    expect(hidden.sent).toBeLessThan(2 * 1024 * 1024);
    const whole = ' '.repeat(1024 * 1024);
    const headers = { 'x-hub-signature-256': `sha256=${hex(whole)}`, 'x-github-event': 'push' };
    expect(await deliver(leader, whole, headers)).toMatchObject({ status: 400 });
  });

  it('counts what became of deliveries, for everybody who reads the metrics', async () => {
    const text = await (await fetch(`${leader.url}/metrics`)).text();
    for (const outcome of ['queued', 'repeated', 'ignored', 'refused'])
      expect(text).toMatch(new RegExp(`guidon_webhook_deliveries_total\\{outcome="${outcome}"\\} [1-9]`));
    expect(text).toMatch(/guidon_git_fetches_total\{outcome="ok"\} [1-9]/);
    expect(text).toMatch(/^guidon_leader 1$/m);
    expect(await (await fetch(`${follower.url}/metrics`)).text()).toMatch(/^guidon_leader 0$/m);
  });
});

describe('given a server without a webhook secret, on the embedded database', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await start({ GUIDON_GIT_URL: 'file:///nowhere.git' });
  });
  afterAll(() => server.close());

  it('refuses every delivery and names the setting, before it reads a body', async () => {
    const answer = await sendSlowly(server, 'Content-Length: 1000', Buffer.alloc(0));
    expect(answer.text).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer.text).toContain('set GUIDON_WEBHOOK_SECRET');
  });

  it('leads, since nobody else can open its database', () => {
    expect(leads(server)).toBe(true);
  });
});
