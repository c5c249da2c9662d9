import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoginDocument } from '@guidon/protocol';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  spawnNode,
  temporaryFolder,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { BuiltServer } from './built-server.js';
import { startIdentityProvider, type TestProvider } from './identity-provider.js';
import { quickDatabase } from './quick-database.js';

jest.setTimeout(120_000);

const CLI = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'cli', 'bin', 'guidon.js');
const ACCESS = [
  'access:',
  '  - { role: responder, person: rita@acme.example }',
  '  - { role: viewer, group: on-call }',
  '',
].join('\n');

describe('given a server whose people sign in at an OpenID provider', () => {
  let provider: TestProvider;
  let remote: GitRemote;
  let server: BuiltServer;
  let home: string;

  beforeAll(async () => {
    provider = await startIdentityProvider({
      rita: { email: 'Rita@acme.example', groups: ['on-call'] },
      mallory: { email: 'ada@acme.example', isVerified: false },
      // As some providers send it.
      malcolm: { email: 'ada@acme.example', isVerified: 'false' },
    });
    const flag = flagFile({ serve: { development: 'on', production: 'off' } });
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile() + ACCESS, 'flags/checkout.yaml': flag },
    });
    const env = {
      GUIDON_OIDC_ISSUER: provider.issuer,
      GUIDON_OIDC_CLIENT_ID: 'guidon',
      GUIDON_OIDC_SCOPE: 'openid email groups',
    };
    server = await BuiltServer.prepare({ gitUrl: remote.url, env, ...(await quickDatabase()) });
    await server.start();
    await server.sync();
    home = await temporaryFolder();
  });
  afterAll(async () => {
    await server.stop();
    await provider.close();
  });

  const guidon = (...args: string[]) => {
    const env = { HOME: home, GUIDON_URL: server.url, XDG_CONFIG_HOME: join(home, 'config') };
    return spawnNode(CLI, { args, env });
  };
  const run = async (...args: string[]) => {
    const child = guidon(...args);
    const { code } = await child.exited;
    return { code, text: child.lines.join('\n') };
  };
  const logins = () => join(home, 'config', 'guidon', 'logins.json');

  const kept = (): string => {
    const all = JSON.parse(readFileSync(logins(), 'utf8')) as Record<string, { key: string }>;
    return Object.values(all)[0]?.key ?? '';
  };

  async function login(who: string) {
    const child = guidon('login', '--no-browser');
    const line = await child.waitForLine((text) => text.includes('code_challenge='));
    const page = await provider.signIn(line.trim(), who);
    const { code } = await child.exited;
    return { code, text: child.lines.join('\n'), page: await page.text(), address: line.trim() };
  }

  test('gives who signs in a key of his own, kept for him alone, with what guidon.yaml gives him', async () => {
    const before = await run('status');
    expect(before).toMatchObject({ code: 2 });
    expect(before.text).toContain('Sign in with');
    const { code, text, page } = await login('rita');
    expect([code, text]).toEqual([0, expect.stringContaining('as Rita@acme.example, for 12 h')]);
    expect(page).toContain('You can close this page');
    expect(statSync(logins()).mode & 0o777).toBe(0o600);
    expect(text).not.toContain(kept());
    const me = await run('whoami');
    expect(me.text).toMatch(/Rita@acme\.example by key \w+\n {2}responder\n {2}viewer/);
    const kill = ['kill', 'checkout', '--env', 'development', '--reason', 'It burns'];
    expect((await run(...kill)).code).toBe(0);
    const refused = await run('keys');
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining('key.read needs admin')]);
    const entry = (
      await server.admin<{ entries: object[] }>('GET', '/api/v1/audit?action=key.create&limit=1')
    ).entries[0];
    expect(entry).toMatchObject({ actor: 'person:Rita@acme.example', subject: { groups: ['on-call'] } });
  });

  /** What the command does, step by step, so that each secret can be swapped. */
  async function signInByHand() {
    const codeVerifier = randomBytes(32).toString('base64url');
    const [state, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const { authorizationEndpoint, clientId, scope } = (await (
      await fetch(`${server.url}/api/v1/login`)
    ).json()) as LoginDocument;
    const loopback = createServer();
    await new Promise<void>((resolve) => loopback.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(loopback.address() as AddressInfo).port}`;
    const called = new Promise<string>((resolve) => {
      loopback.on('request', (request, response) => {
        response.end();
        resolve(`${origin}${request.url}`);
      });
    });
    const query = new URLSearchParams({
      ...{
        response_type: 'code',
        client_id: clientId,
        scope,
        redirect_uri: `${origin}/callback`,
        state,
        nonce,
      },
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    await provider.signIn(`${authorizationEndpoint}?${query}`, 'rita');
    const callbackUrl = await called;
    loopback.close();
    return { callbackUrl, state, nonce, codeVerifier };
  }

  const post = async (body: object) => {
    const answer = await fetch(`${server.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };

  test('takes a code once, and only with the state, nonce and verifier that belong to it', async () => {
    const refused = [401, 'login-refused'];
    const right = await signInByHand();
    expect(await post(right)).toEqual([200, undefined]);
    expect(await post(right)).toEqual(refused);
    expect(await post({ ...(await signInByHand()), codeVerifier: 'v'.repeat(43) })).toEqual(refused);
    expect(await post({ ...(await signInByHand()), nonce: 'n'.repeat(32) })).toEqual(refused);
    expect(await post({ ...(await signInByHand()), state: 's'.repeat(32) })).toEqual(refused);
    const elsewhere = { ...right, callbackUrl: 'http://evil.example/callback?code=x' };
    expect(await post(elsewhere)).toEqual([400, 'request-invalid']);
  });

  test('lets nobody in by an address that the provider did not verify', async () => {
    for (const who of ['mallory', 'malcolm']) {
      const { code, text } = await login(who);
      expect([code, text]).toEqual([1, expect.stringContaining('is not verified there')]);
    }
  });

  test('ends the key when he signs out', async () => {
    const key = kept();
    const ask = () => fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask()).status).toBe(200);
    expect((await run('logout')).code).toBe(0);
    expect((await ask()).status).toBe(401);
    expect(existsSync(logins())).toBe(true);
    expect((await run('whoami')).code).toBe(2);
  });

  test('says so when the provider is away, and lets keys that people have work on', async () => {
    await server.stop();
    await provider.close();
    await server.start();
    const child = guidon('login', '--no-browser');
    expect((await child.exited).code).toBe(1);
    expect(child.lines.join('\n')).toContain('The identity provider cannot be reached');
    expect(await server.syncStatus()).toMatchObject({ state: 'accepted' });
  });
});
