import { createGitRemote, flagFile, type GitRemote, projectFile, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { BuiltServer } from './built-server.js';
import { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.js';

// A built server as a child process on a busy machine: the bound catches what hangs.
jest.setTimeout(120_000);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${CALLER}-01`;
const SECRET_KEY = 'secret-flag-key-of-a-caller';

const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
/** Other content in production that serves the same. */
const RULED = OFF.replace(
  'production: off',
  'production:\n    rules:\n      - { id: north, when: { country: NO }, serve: off }\n    serve: off',
);

let remote: GitRemote;

beforeAll(async () => {
  remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile({ waves: '[{ percent: 1, hold: 600s }]' }),
      'flags/checkout.yaml': OFF,
    },
  });
});

/** A server that sends to this collector, quickly. */
async function startServer(
  endpoint: string,
  env: { readonly [name: string]: string } = {},
): Promise<BuiltServer> {
  const server = await BuiltServer.prepare({
    gitUrl: remote.url,
    env: {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'guidon-under-test' },
      ...{ OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_BLRP_SCHEDULE_DELAY: '100', GUIDON_LOG_LEVEL: 'info' },
      ...env,
    },
  });
  await server.start();
  return server;
}

function ofrep(server: BuiltServer, headers: { readonly [name: string]: string } = {}): Promise<Response> {
  return fetch(`${server.url}/ofrep/v1/evaluate/flags/${SECRET_KEY}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.keys.server}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: '{"context":{"targetingKey":"u-1"}}',
  });
}

describe('given a collector that takes what comes', () => {
  let receiver: OtlpReceiver;
  let server: BuiltServer;
  const named = (name: string): ReceivedSpan[] => receiver.spans.filter((span) => span.name === name);
  const arrived = (name: string) =>
    waitUntil(() => named(name).at(-1), { timeoutMs: 20_000, what: `a span ${name} arrived` });

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    server = await startServer(receiver.url);
  });
  afterAll(async () => {
    await server?.stop();
    await receiver?.close();
  });

  test('tells of a run of sync with its steps, and of the transactions in them', async () => {
    await arrived('sync.run');
    const publish = named('catalog.publish')[0];
    const advance = named('sync.advance')[0];
    const run = receiver.spans.find(({ spanId }) => spanId === advance?.parentSpanId);
    expect(run?.name).toBe('sync.run');
    expect(run?.parentSpanId).toBeUndefined();
    expect(publish?.parentSpanId).toBe(advance?.spanId);
    expect(publish?.attributes['guidon.commit']).toBe(await remote.head());
    const steps = receiver.spans.filter(({ parentSpanId }) => parentSpanId === run?.spanId);
    expect(steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['sync.fetch', 'sync.read', 'sync.advance']),
    );
    expect(named('database.transaction').some(({ parentSpanId }) => parentSpanId === publish?.spanId)).toBe(
      true,
    );
    expect([...receiver.services]).toEqual(['guidon-under-test']);
    expect([...receiver.types]).toEqual(['application/json']);
  });

  test("takes up a caller's trace, and names requests by the pattern of their route", async () => {
    const answer = await fetch(`${server.url}/api/v1/flags/checkout`, {
      headers: { authorization: `Bearer ${server.keys.admin}`, traceparent },
    });
    expect(answer.status).toBe(200);
    const span = await arrived('GET /api/v1/flags/:key');
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2, isFailed: false });
    expect(span.attributes).toMatchObject({
      ...{ 'http.request.method': 'GET', 'http.route': '/api/v1/flags/:key' },
      'http.response.status_code': 200,
    });
    expect(span.attributes['guidon.request_id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('puts the transaction of a press below its request, and says its trace in the line of the log', async () => {
    await server.press({ flag: 'checkout' }, { reason: 'a test pressed it' });
    const press = await arrived('POST /api/v1/red-button');
    const below = await waitUntil(
      () => named('database.transaction').find(({ parentSpanId }) => parentSpanId === press.spanId),
      { what: 'the transaction arrived' },
    );
    expect(below.traceId).toBe(press.traceId);
  });

  test('sends lines of the log with the trace that they belong to', async () => {
    const published = await waitUntil(() => receiver.logs.find(({ attributes }) => 'commit' in attributes), {
      what: 'the line on the first commit arrived',
    });
    const [first] = named('sync.advance');
    expect(published).toMatchObject({ severity: 'INFO', traceId: first?.traceId });
    const line = server.lines.map(parsed).find((one) => one?.commit !== undefined);
    expect(line).toMatchObject({ msg: published.text, trace_id: first?.traceId });
    expect(receiver.logs.find(({ text }) => text === 'listening')?.traceId).toBeFalsy();
  });

  test('tells of each look at a wave, and of which', async () => {
    await remote.publish({ 'flags/checkout.yaml': RULED }, 'Add a rule');
    await server.sync();
    const look = await arrived('wave.look');
    expect(look.attributes).toMatchObject({ 'guidon.environment': 'production' });
    expect(look.attributes['guidon.wave']).toMatch(/./);
    expect(look.parentSpanId).toBeUndefined();
  });

  test('makes a span of an evaluation only within a trace that the caller takes, and none with its key', async () => {
    for (let call = 0; call < 20; call += 1) expect((await ofrep(server)).status).toBe(404);
    expect((await ofrep(server, { traceparent })).status).toBe(404);
    await arrived('POST /ofrep/v1/evaluate/flags/*');
    await fetch(`${server.url}/no/such/${SECRET_KEY}`);
    await arrived('GET');
    expect(named('POST /ofrep/v1/evaluate/flags/*')).toHaveLength(1);
    expect(JSON.stringify(receiver.spans)).not.toContain(SECRET_KEY);
  });
});

describe.each(['is silent', 'refuses', 'is away'] as const)('given a collector that %s', (manner) => {
  test('answers as ever, says so once, and stops in time', async () => {
    const receiver = manner === 'is away' ? undefined : await OtlpReceiver.start(manner);
    const server = await startServer(receiver?.url ?? 'http://127.0.0.1:9', {
      ...{
        OTEL_EXPORTER_OTLP_TIMEOUT: '300',
        OTEL_BSP_EXPORT_TIMEOUT: '300',
        OTEL_BLRP_EXPORT_TIMEOUT: '300',
      },
    });
    try {
      const beganMs = performance.now();
      for (let call = 0; call < 100; call += 1)
        expect((await ofrep(server, { traceparent })).status).toBe(404);
      expect((performance.now() - beganMs) / 100).toBeLessThan(50);
      const told = () => server.lines.filter((line) => line.includes('do not reach the collector'));
      await waitUntil(() => told()[0], { timeoutMs: 20_000, what: 'the log says that nothing arrives' });
      await server.press({ flag: 'checkout' });
      expect(told()).toHaveLength(1);
    } finally {
      expect(await server.stop()).toBe(0);
      await receiver?.close();
    }
  });
});

test('says what it does not understand, sends nothing, and starts all the same', async () => {
  const receiver = await OtlpReceiver.start();
  const server = await startServer(receiver.url, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  expect((await ofrep(server, { traceparent })).status).toBe(404);
  expect(server.lines.filter((line) => line.includes('Only OTLP over HTTP is spoken'))).toHaveLength(2);
  expect(server.lines.some((line) => line.includes('trace_id'))).toBe(false);
  await server.stop();
  expect(receiver.requests).toBe(0);
  await receiver.close();
});

function parsed(line: string): { readonly [field: string]: unknown } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
