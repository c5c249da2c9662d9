import { createGitRemote, flagFile, projectFile, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { InProcessServer } from './in-process-server.js';
import { quickDatabase } from './quick-database.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const reason = 'a test wants it';
const [CONFIGURED, MADE, FOREIGN] = [
  'https://shop.example',
  'https://admin.shop.example:8443',
  'https://evil.example',
];
const BULK = '/ofrep/v1/evaluate/flags';

let server: InProcessServer;

beforeAll(async () => {
  const remote = await createGitRemote({
    files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flagFile() },
  });
  server = await InProcessServer.start({
    gitUrl: remote.url,
    env: { GUIDON_WEB_ORIGINS: CONFIGURED },
    ...(await quickDatabase()),
  });
  await server.sync();
});

afterAll(() => server.close());

const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin');
const preflight = (origin: string, path = BULK) =>
  fetch(`${server.url}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
const evaluate = (origin: string, headers: object = {}, key: 'web' | 'server' = 'web') =>
  server.call('POST', BULK, { key, body: {}, headers: { origin, ...headers } });
const make = (wanted: object) =>
  server.call('POST', '/api/v1/keys', { body: { owner: 'shop', reason, ...wanted } });

describe('a page', () => {
  it('is answered when the key lists its origin, which alone is named', async () => {
    const asked = await preflight(CONFIGURED);
    expect([asked.status, allowed(asked)]).toEqual([204, CONFIGURED]);
    expect(asked.headers.get('vary')).toContain('Origin');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await evaluate(CONFIGURED);
    expect([answer.status, allowed(answer)]).toEqual([200, CONFIGURED]);
    expect(answer.headers.get('access-control-expose-headers')).toBe('ETag, Retry-After');
    expect(answer.headers.get('vary')).toBe('Origin');
    const same = await evaluate(CONFIGURED, { 'if-none-match': answer.headers.get('etag') });
    expect([same.status, allowed(same)]).toEqual([304, CONFIGURED]);
  });

  it('is refused when no key lists its origin: with its preflight, and in the words of OFREP', async () => {
    for (const origin of [FOREIGN, 'null', 'https://shop.example.evil.example', 'http://shop.example']) {
      const asked = await preflight(origin);
      expect([origin, asked.status, allowed(asked)]).toEqual([origin, 403, null]);
      const answer = await evaluate(origin);
      expect([origin, answer.status, allowed(answer)]).toEqual([origin, 403, null]);
      expect(await answer.json()).toMatchObject({
        errorCode: 'GENERAL',
        errorDetails: expect.stringContaining('GUIDON_WEB_ORIGINS'),
      });
    }
  });

  it('gets no further with a key that lists another origin, though its preflight is answered', async () => {
    const made = await make({ kind: 'web', origins: [MADE] });
    const { id, text } = (await made.json()) as { id: string; text: string };
    await waitUntil(async () => (await preflight(MADE)).status === 204, { what: 'the new key was known' });
    const own = { authorization: `Bearer ${text}` };
    const answer = await evaluate(MADE, own);
    expect([answer.status, allowed(answer)]).toEqual([200, MADE]);
    for (const [origin, headers] of [
      [MADE, {}],
      [CONFIGURED, own],
    ] as const) {
      const refused = await evaluate(origin, headers);
      expect([refused.status, allowed(refused)]).toEqual([403, null]);
    }
    await server.admin('POST', `/api/v1/keys/${id}/revoke`, { reason });
    expect((await preflight(MADE)).status).toBe(403);
  });

  it('can read why a key is refused, where some key lists its origin', async () => {
    const answer = await evaluate(CONFIGURED, { authorization: 'Bearer gdn_web_nobody' });
    expect([answer.status, allowed(answer)]).toEqual([401, CONFIGURED]);
  });

  it('is not answered to a server key, nor by the API', async () => {
    expect(allowed(await evaluate(CONFIGURED, {}, 'server'))).toBeNull();
    const api = await preflight(CONFIGURED, '/api/v1/flags');
    expect([api.status, allowed(api)]).toEqual([404, null]);
  });

  it('may also send reports', async () => {
    expect((await preflight(CONFIGURED, '/sdk/v1/telemetry')).status).toBe(204);
    const refused = await server.call('POST', '/sdk/v1/telemetry', {
      key: 'web',
      body: {},
      headers: { origin: FOREIGN },
    });
    expect(await refused.json()).toMatchObject({ status: 403, code: 'origin-not-listed' });
  });
});

it('asks no caller for an origin that is no browser', async () => {
  expect((await server.call('POST', BULK, { key: 'web', body: {} })).status).toBe(200);
});

describe('a web key', () => {
  it('shows its origins, keeps them when it is changed for another, and has them in the log', async () => {
    const made = (await (await make({ kind: 'web', origins: [MADE] })).json()) as { id: string };
    const key = await server.admin('GET', `/api/v1/keys/${made.id}`);
    expect(key).toMatchObject({ origins: [MADE] });
    const next = await server.admin<{ id: string }>('POST', `/api/v1/keys/${made.id}/rotate`, {
      ...{ overlapSeconds: 0, reason },
    });
    expect(next).toMatchObject({ origins: [MADE] });
    const log = await server.admin<{ entries: object[] }>('GET', '/api/v1/audit?action=key.create&limit=1');
    expect(log.entries).toMatchObject([{ subject: { key: made.id, origins: [MADE] } }]);
  });

  it('is not made with what is no origin, and no other key with one', async () => {
    const wrong = [
      '*',
      'https://*.shop.example',
      'https://shop.example/',
      'https://shop.example:443',
      'Https://a',
      'null',
    ];
    const answer = await make({ kind: 'web', origins: wrong });
    const { violations } = (await answer.json()) as { violations: { pointer: string }[] };
    expect(violations.map(({ pointer }) => pointer)).toEqual(wrong.map((_, index) => `/origins/${index}`));
    expect((await make({ kind: 'server', origins: [MADE] })).status).toBe(400);
    expect((await make({ kind: 'web', origins: [MADE, MADE] })).status).toBe(400);
  });
});
