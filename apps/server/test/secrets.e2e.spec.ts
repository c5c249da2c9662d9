import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createGitRemote,
  flagFile,
  type GitOverHttp,
  projectFile,
  serveGitOverHttp,
  spawnNode,
  startPostgres,
  type TestDatabase,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BuiltServer, freePort, MAIN } from './built-server.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const MARK = 'Unmistakable';
const key = (kind: string) => `gdn_${kind}_${kind}abcdefgh_${`${MARK}-${kind}-key-`.padEnd(43, 'k')}`;
const SIGNING = Buffer.from(`${MARK} signing key`.padEnd(32, '.'));
const SECRETS = {
  GUIDON_ADMIN_KEY: key('admin'),
  GUIDON_SERVER_KEY: key('server'),
  GUIDON_WEB_KEY: key('web'),
  GUIDON_WEBHOOK_SECRET: `${MARK} webhook secret`,
  GUIDON_OIDC_CLIENT_SECRET: `${MARK}-client-secret`,
  GUIDON_SIGNING_KEY: SIGNING.toString('base64'),
};
const TOKEN = `${MARK}-git-token`;
const reason = 'a test wants it';

/** What must stand nowhere: the mark of every secret, and other ways to write the signing key. */
const TELLTALES = [MARK, SIGNING.toString('base64'), SIGNING.toString('base64url'), SIGNING.toString('hex')];
const telltalesIn = (text: string) => TELLTALES.filter((one) => text.includes(one));

const postgres = await startPostgres();
const withPostgres = postgres === undefined ? describe.skip : describe;

/** Every text of the folder that a server left there. */
async function filesIn(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as [string, string]));
}

withPostgres('a server with a mark in every secret', () => {
  let server: BuiltServer;
  let source: GitOverHttp;
  let database: TestDatabase;
  let dataDir: string;
  const answers: string[] = [];

  /** Keeps everything that comes back, headers included. */
  async function ask(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: object; body?: unknown } = {},
  ) {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${SECRETS.GUIDON_ADMIN_KEY}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    answers.push(`${method} ${answer.status} ${JSON.stringify([...answer.headers])} ${text}`);
    return { status: answer.status, text };
  }

  beforeAll(async () => {
    const remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flagFile() },
    });
    source = await serveGitOverHttp(remote, { token: TOKEN });
    database = await (postgres as NonNullable<typeof postgres>).createDatabase();
    dataDir = await temporaryFolder('guidon-secrets');
    const tokenFile = join(await temporaryFolder(), 'token');
    await writeFile(tokenFile, TOKEN, { mode: 0o600 });
    const url = new URL(database.url);
    url.password = `${MARK}-database-password`;
    server = await BuiltServer.prepare({
      gitUrl: source.url,
      env: {
        ...SECRETS,
        ...{ GUIDON_DATA_DIR: dataDir, GUIDON_GIT_TOKEN_FILE: tokenFile, GUIDON_LOG_LEVEL: 'debug' },
        ...{ DATABASE_URL: url.href, GUIDON_OIDC_ISSUER: `http://127.0.0.1:${await freePort()}` },
        GUIDON_OIDC_CLIENT_ID: 'guidon',
      },
    });
    await server.start({ ready: false });
    await waitUntil(async () => (await ask('POST', '/api/v1/sync', { body: { reason } })).status === 200, {
      ...{ timeoutMs: 60_000, what: 'a sync succeeded' },
    });
  });

  afterAll(() => server.stop());

  it('tells none in its answers, whatever goes wrong', async () => {
    const pasted = { authorization: `Bearer ${SECRETS.GUIDON_ADMIN_KEY}x` };
    const wrong: [string, string, object?][] = [
      ['GET', '/api/v1/flags', { headers: pasted }],
      ['GET', `/nowhere/${SECRETS.GUIDON_ADMIN_KEY}`],
      ['GET', `/api/v1/keys/${SECRETS.GUIDON_SERVER_KEY}`],
      ['GET', `/api/v1/flags/${SECRETS.GUIDON_SERVER_KEY}?key=${SECRETS.GUIDON_ADMIN_KEY}`],
      ['GET', `/api/v1/red-button/${SECRETS.GUIDON_SERVER_KEY}`],
      ['GET', `/api/v1/revisions/${SECRETS.GUIDON_SERVER_KEY}`],
      ['POST', `/api/v1/keys/${SECRETS.GUIDON_WEB_KEY}/revoke`, { body: { reason } }],
      ['POST', '/api/v1/keys', { body: { kind: 'server', owner: 'x', [SECRETS.GUIDON_WEB_KEY]: 1, reason } }],
      ['POST', '/api/v1/keys', { body: '{"reason": ' }],
      ['POST', '/hooks/git', { headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, body: {} }],
      ['POST', '/hooks/git', { headers: { 'x-gitlab-token': 'wrong' }, body: {} }],
      ['GET', '/api/v1/login'],
      ['POST', '/api/v1/login', { body: {} }],
      ['GET', '/api/v1/me'],
      ['GET', '/api/v1/keys'],
      ['GET', '/metrics'],
      ['GET', '/readyz'],
      ['GET', '/api/v1/drift'],
    ];
    for (const [method, path, options] of wrong) await ask(method, path, options);
    for (const status of [401, 403, 500, 404]) {
      source.failWith(status);
      expect((await ask('POST', '/api/v1/sync', { body: { reason } })).status).toBe(503);
      await ask('GET', '/api/v1/sync');
    }
    source.failWith(undefined);
    expect(answers.filter((answer) => telltalesIn(answer).length > 0)).toEqual([]);
  });

  it('keeps none in its log of changes, not even a key that somebody gave as a reason', async () => {
    const body = { kind: 'server', owner: 'checkout', reason: `instead of ${SECRETS.GUIDON_SERVER_KEY}` };
    const made = await ask('POST', '/api/v1/keys', { body });
    expect(made.status).toBe(200);
    const log = await ask('GET', '/api/v1/audit?action=key.create&limit=1');
    expect(log.text).toContain('instead of gdn_server_serverabcdefgh_[redacted]');
    const whole = await ask('GET', '/api/v1/audit/export');
    expect([telltalesIn(log.text), telltalesIn(whole.text)]).toEqual([[], []]);
    expect(JSON.parse((await ask('GET', '/api/v1/audit/verify')).text)).toMatchObject({ ok: true });
  });

  it('tells none when its database goes, and prints none in all its life, errors and debugging included', async () => {
    await database.drop();
    await waitUntil(async () => (await ask('GET', '/api/v1/keys')).status >= 500, {
      what: 'the database was missed',
    });
    await ask('POST', '/api/v1/red-button', { body: { scope: { all: true }, environments: 'all', reason } });
    await ask('GET', '/readyz?scope=write');
    await ask('GET', '/metrics');
    await server.stop();
    expect(server.lines.length).toBeGreaterThan(20);
    expect(server.lines.filter((line) => telltalesIn(line).length > 0)).toEqual([]);
    expect(answers.filter((answer) => telltalesIn(answer).length > 0)).toEqual([]);
  });

  it('leaves none in its files', async () => {
    const files = await filesIn(dataDir);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter(([, text]) => telltalesIn(text).length > 0).map(([file]) => file)).toEqual([]);
  });
});

describe('a boot that fails', () => {
  const whole = async () => ({
    ...SECRETS,
    PORT: '0',
    GUIDON_DATA_DIR: await temporaryFolder(),
    GUIDON_GIT_URL: 'file:///nowhere.git',
  });

  it.each<[string, () => object | Promise<object>]>([
    [
      'with a database that is not there',
      async () => ({ DATABASE_URL: `postgres://u:${MARK}@127.0.0.1:${await freePort()}/db` }),
    ],
    ['with a database address that is none', () => ({ DATABASE_URL: `mysql://u:${MARK}@127.0.0.1/db` })],
    [
      'with a source that holds a password',
      () => ({ GUIDON_GIT_URL: `https://u:${MARK}@host.example/a.git` }),
    ],
    ['with a source that holds a user', () => ({ GUIDON_GIT_URL: `https://${MARK}@host.example/a.git` })],
    [
      'with keys that are none',
      () => ({ GUIDON_ADMIN_KEY: `${MARK}`, GUIDON_WEB_KEY: SECRETS.GUIDON_SERVER_KEY }),
    ],
    [
      'with two keys of one id',
      () => ({ GUIDON_WEB_KEY: SECRETS.GUIDON_SERVER_KEY.replace('server', 'web') }),
    ],
    ['with secrets of another form', () => ({ GUIDON_SIGNING_KEY: MARK, GUIDON_WEBHOOK_SECRET: `${MARK},` })],
    ['with half of an OpenID provider', () => ({ GUIDON_OIDC_ISSUER: `ftp://u:${MARK}@host.example` })],
    ['with a misspelt name', () => ({ GUIDON_WEBHOOK_SECRETS: MARK })],
    ['without a folder to write to', () => ({ GUIDON_DATA_DIR: '/dev/null/x' })],
  ])('%s says why, without a secret', async (_what, changes) => {
    const env = { ...(await whole()), ...(await changes()) } as Record<string, string>;
    const child = spawnNode(MAIN, { env });
    // Without its database a server waits for it; what it has said until then is looked at.
    const ended = child.exited.then(() => 'ended');
    const listening = child.waitForLine('"listening"', 60_000).then(
      () => 'listening',
      () => 'ended',
    );
    await Promise.race([ended, listening]);
    await child.kill('SIGTERM');
    expect(child.lines.join('\n')).not.toBe('');
    expect(child.lines.filter((line) => telltalesIn(line).length > 0)).toEqual([]);
  });
});
