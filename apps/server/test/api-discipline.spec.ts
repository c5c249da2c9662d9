import { connect } from 'node:net';
import { createGitRemote, flagFile, projectFile } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type CallOptions, InProcessServer } from './in-process-server.js';
import { quickDatabase } from './quick-database.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const reason = 'a test wants it';
const BULK = '/ofrep/v1/evaluate/flags';

let server: InProcessServer;

beforeAll(async () => {
  const remote = await createGitRemote({
    files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flagFile() },
  });
  const env = { GUIDON_WEBHOOK_SECRET: 'a secret of the hook' };
  server = await InProcessServer.start({ gitUrl: remote.url, env, ...(await quickDatabase()) });
  await server.sync();
});

afterAll(() => server.close());

/** A body as it is written, which no serializer of ours would write. */
async function send(path: string, text: string, key: 'admin' | 'server' | 'web' = 'admin') {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...server.headersOf(key), 'content-type': 'application/json' },
    body: text,
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, never> };
}

/** What comes back for bytes that need not be HTTP. */
function raw(bytes: string): Promise<string> {
  const { port, hostname } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('a body', () => {
  const press = (more: string) =>
    `{"scope":{"flag":"checkout"},"environments":["development"],"reason":"${reason}"${more}}`;

  it.each([
    ['that names a member twice', press(',"dryRun":true,"dryRun":false'), 400, 'request-invalid'],
    ['that reaches for the prototype', press(',"__proto__":{"dryRun":true}'), 400, 'request-invalid'],
    ['with a field that nobody knows', press(',"enviroments":[]'), 400, 'request-invalid'],
    ['with a text that is too long', press('').replace(reason, 'x'.repeat(1001)), 400, 'request-invalid'],
    [
      'with a list that is too long',
      press('').replace('"development"', Array(101).fill('"a"').join()),
      400,
      'request-invalid',
    ],
    ['that is too deep', `${'['.repeat(30)}${']'.repeat(30)}`, 400, 'request-invalid'],
    ['that is too large', `"${'x'.repeat(1024 * 1024)}"`, 413, 'payload-too-large'],
    ['with a number that no number is', press(',"dryRun":1e999'), 400, 'request-invalid'],
  ])('%s is refused, and nothing is done', async (_what, text, status, code) => {
    expect(await send('/api/v1/red-button', text)).toMatchObject({ status, json: { code } });
    expect(await server.admin('GET', '/api/v1/red-button')).toEqual({ kills: [] });
  });

  it('hears of everything that is wrong with it at once', async () => {
    const { json } = await send('/api/v1/keys', '{"kind":"wed","owner":"","expires":1,"reason":"x"}');
    const { violations } = json as unknown as { violations: { pointer: string }[] };
    expect(violations.map(({ pointer }) => pointer).sort()).toEqual([
      '/expires',
      '/kind',
      '/owner',
      '/reason',
    ]);
  });

  it('that names a member twice is refused to SDKs, too', async () => {
    const twice = await send(BULK, '{"context":{"targetingKey":"a","targetingKey":"b"}}', 'web');
    expect(twice).toMatchObject({ status: 400, json: { errorCode: 'PARSE_ERROR' } });
    expect(await send('/sdk/v1/telemetry', '{"format":1,"format":1}', 'server')).toMatchObject({
      status: 400,
    });
  });
});

describe('an address', () => {
  it('with a parameter twice, or one that is not known, is refused', async () => {
    for (const query of ['limit=1&limit=2', 'limit=1e2', 'limt=1', `actor=${'a'.repeat(300)}`]) {
      const answer = await server.call('GET', `/api/v1/audit?${query}`);
      expect([query, answer.status]).toEqual([query, 400]);
      expect(await answer.json()).toMatchObject({ code: 'request-invalid', violations: [{}] });
    }
  });

  it('with a part that is too long is refused', async () => {
    expect((await server.call('GET', `/api/v1/flags/${'a'.repeat(500)}`)).status).toBe(400);
  });

  it.each([
    [
      'headers',
      `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['an address', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431, 'headers-too-large'],
    ['nothing that is HTTP', 'HELO guidon\r\n\r\n', 400, 'request-invalid'],
  ])(
    'or %s beyond all bounds hears so in the form of everything else',
    async (_what, bytes, status, code) => {
      const [head = '', body = ''] = (await raw(bytes)).split('\r\n\r\n');
      expect(head).toContain(`HTTP/1.1 ${status} `);
      expect(head).toContain('content-type: application/problem+json');
      expect(head).toContain('x-content-type-options: nosniff');
      expect(JSON.parse(body)).toMatchObject({ status, code, type: `/errors/${code}` });
    },
  );
});

describe('every answer', () => {
  const asked: [string, string, string, CallOptions][] = [
    ['of the API', 'GET', '/api/v1/flags', {}],
    ['that refuses', 'POST', '/api/v1/keys', { body: {} }],
    ['that fails to know the caller', 'GET', '/api/v1/keys', { headers: { authorization: 'Bearer x' } }],
    ['where nothing is', 'GET', '/nowhere', {}],
    ['of a probe', 'GET', '/livez', {}],
    ['of the metrics', 'GET', '/metrics', {}],
    ['of a page', 'GET', '/errors/not-found', { headers: { accept: 'text/html' } }],
    ['of the log as lines', 'GET', '/api/v1/audit/export', {}],
    ['of the hook', 'POST', '/hooks/git', { body: {} }],
    ['of OFREP', 'POST', BULK, { key: 'web', body: {} }],
    ['of OFREP that refuses', 'POST', `${BULK}/nowhere`, { key: 'web', body: {} }],
    [
      'of OFREP to a page that no key lists',
      'POST',
      BULK,
      { key: 'web', body: {}, headers: { origin: 'https://a' } },
    ],
    ['of a ruleset', 'GET', '/sdk/v1/ruleset', { key: 'server' }],
    ['to a report', 'POST', '/sdk/v1/telemetry', { key: 'server', body: {} }],
  ];

  it.each(asked)(
    '%s says that it is what it says, and does not say who serves it',
    async (_what, method, path, options) => {
      const { headers } = await server.call(method, path, options);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
      // A ruleset is asked for again by its tag; nobody else may keep it.
      const kept = path === '/sdk/v1/ruleset' ? /private|no-store|no-cache/ : /no-store/;
      expect(headers.get('cache-control')).toMatch(kept);
      if (/^\/(ofrep|sdk)\//.test(path)) return;
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    },
  );
});
