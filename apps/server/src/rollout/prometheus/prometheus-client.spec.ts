import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeClock, fakeClock, waitUntil } from '@guidon/testkit';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { guardedFetch } from '../../kernel/git-host/index.js';
import { ANSWER_WITHIN_MS, LARGEST_ANSWER, PrometheusClient } from './prometheus-client.js';

let server: Server;
let clock: FakeClock;
let answer: (response: ServerResponse) => void;
let asked: { request: IncomingMessage; body: string } | undefined;

beforeEach(async () => {
  clock = fakeClock();
  asked = undefined;
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    asked = { request, body };
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

function client(allowed = [host()]): PrometheusClient {
  const fetch = guardedFetch(allowed);
  return new PrometheusClient({ url: `http://${host()}/`, fetch, clock, token: async () => 'secret' });
}

const says = (data: unknown) => (response: ServerResponse) =>
  response.setHeader('content-type', 'application/json').end(JSON.stringify(data));
const vector = (...values: string[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
});

it('asks as the HTTP API wants it, with the token, and gives every series', async () => {
  answer = says(vector('0.25', 'NaN', '+Inf'));
  expect(await client().query('sum(rate(errors[5m])) / 2', 7)).toEqual({
    atMs: 7,
    kind: 'values',
    values: [0.25, Number.NaN, Number.POSITIVE_INFINITY],
  });
  expect([asked?.request.method, asked?.request.url, asked?.request.headers.authorization]).toEqual([
    ...['POST', '/api/v1/query', 'Bearer secret'],
  ]);
  expect(new URLSearchParams(asked?.body).get('query')).toBe('sum(rate(errors[5m])) / 2');
});

it('gives no series as none', async () => {
  answer = says(vector());
  expect(await client().query('typo', 7)).toEqual({ atMs: 7, kind: 'values', values: [] });
});

it('says what Prometheus says of a query that it refuses', async () => {
  answer = (response) => {
    response.statusCode = 400;
    says({ status: 'error', errorType: 'bad_data', error: 'parse error' })(response);
  };
  expect(await client().query('sum(', 7)).toMatchObject({
    kind: 'failed',
    why: 'Prometheus says: parse error.',
  });
});

it('does not wait for who is slow', async () => {
  answer = () => undefined;
  const sample = client().query('up', 7);
  await waitUntil(() => asked);
  clock.advance(ANSWER_WITHIN_MS);
  expect(await sample).toMatchObject({ kind: 'failed', why: 'Prometheus did not answer within 3 s.' });
});

it('reads no further than an answer may be long', async () => {
  answer = (response) => response.end(`"${'x'.repeat(LARGEST_ANSWER)}"`);
  expect(await client().query('up', 7)).toMatchObject({
    why: expect.stringContaining('larger than 256 KiB'),
  });
});

it.each([
  [
    'what is no JSON',
    (response: ServerResponse) => response.end('<html>'),
    'Prometheus answered 200 and no JSON.',
  ],
  [
    'an answer that breaks off',
    (response: ServerResponse) => response.write('{', () => response.destroy()),
    'cannot be asked',
  ],
  [
    'a redirect',
    (response: ServerResponse) => response.writeHead(302, { location: 'http://169.254.1.1/' }).end(),
    'answered 302',
  ],
])('takes %s for no answer', async (_what, how, why) => {
  answer = how as never;
  expect(await client().query('up', 7)).toMatchObject({ kind: 'failed', why: expect.stringContaining(why) });
});

it('reaches no other host than those that are allowed, and nobody who is not there', async () => {
  expect(await client(['elsewhere.example']).query('up', 7)).toMatchObject({
    why: expect.stringContaining('are not allowed'),
  });
  server.close();
  const away = new PrometheusClient({ url: 'http://127.0.0.1:1', fetch: guardedFetch(['127.0.0.1']), clock });
  expect(await away.query('up', 7)).toMatchObject({ kind: 'failed' });
});
