import { createGitRemote, flagFile, projectFile } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { InProcessServer } from './in-process-server.js';
import { quickDatabase } from './quick-database.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const reason = 'a test wants it';
let server: InProcessServer;

beforeAll(async () => {
  const remote = await createGitRemote({
    files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flagFile() },
  });
  const env = { GUIDON_API_RATE: '1', GUIDON_WEB_RATE: '2' };
  server = await InProcessServer.start({ gitUrl: remote.url, env, ...(await quickDatabase()) });
  await server.sync();
});

afterAll(() => server.close());

/** One after the other until one is refused, which is given. */
async function untilRefused(send: () => Promise<Response>, most: number): Promise<Response> {
  for (let sent = 0; sent < most; sent += 1) {
    const answer = await send();
    if (!answer.ok) return answer;
    await answer.arrayBuffer();
  }
  throw new Error(`${most} requests were let through`);
}

it('slows down a key that sends too much, whatever it asks, and lets others and the red button through', async () => {
  const { text } = await server.admin<{ text: string }>('POST', '/api/v1/keys', {
    ...{ kind: 'admin', owner: 'ada@acme.example', role: 'admin', reason },
  });
  const own = { headers: { authorization: `Bearer ${text}` } };
  const refused = await untilRefused(() => server.call('GET', '/api/v1/flags', own), 200);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  expect(refused.headers.get('retry-after')).toMatch(/^[1-5]$/);
  expect(await refused.json()).toMatchObject({ code: 'too-many-requests', status: 429 });

  const other = await server.call('GET', '/api/v1/flags');
  expect(other.status).toBe(200);
  const press = { scope: { flag: 'checkout' }, environments: ['development'], reason };
  for (let presses = 0; presses < 30; presses += 1)
    expect((await server.call('POST', '/api/v1/red-button', { ...own, body: press })).status).toBe(200);
  const { kills } = await server.admin<{ kills: { id: string }[] }>('GET', '/api/v1/red-button');
  const revive = `/api/v1/red-button/${kills[0]?.id}/revive`;
  expect((await server.call('POST', revive, { ...own, body: { reason } })).status).toBe(200);
  expect((await server.call('GET', '/livez', own)).status).toBe(200);
});

it('slows down a web key in the words of OFREP, and no server key', async () => {
  const evaluate = (key: 'web' | 'server') => () =>
    server.call('POST', '/ofrep/v1/evaluate/flags', { key, body: {} });
  const refused = await untilRefused(evaluate('web'), 200);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([
    429,
    expect.stringMatching(/^[1-5]$/),
  ]);
  expect(await refused.json()).toMatchObject({ errorCode: 'GENERAL' });
  await expect(untilRefused(evaluate('server'), 100)).rejects.toThrow('100 requests were let through');
});
