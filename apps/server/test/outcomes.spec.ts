import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { armOf, compile, hashRuleset } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import type { Ruleset } from '@guidon/engine/model';
import { createGuidon, type GuidonClient, GuidonProvider } from '@guidon/node';
import type { ArmSums, GuardWindow } from '@guidon/policy/guards';
import { addSums, NO_SUMS } from '@guidon/policy/guards';
import { startPostgres, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OpenFeature } from '@openfeature/server-sdk';
import { type FastifyInstance, fastify } from 'fastify';
import { Registry } from 'prom-client';
import { defer, lastValueFrom, Observable } from 'rxjs';
import { SystemClock } from '../src/kernel/clock/index.js';
import type { Database } from '../src/kernel/database/index.js';
import { SILENT_LOG } from '../src/kernel/log/index.js';
import { createUsage, EXPOSURES, registerTelemetry, type Usage } from '../src/usage/index.js';
import { openQuickStore } from './store-kit.js';

// A real application, SDK and store on a busy machine: the bound catches what hangs.
jest.setTimeout(60_000);

const GENERATION = 7;
const RULESET: Ruleset = {
  format: 1,
  environment: 'production',
  revision: 'r1',
  segments: {},
  flags: {
    checkout: {
      type: 'boolean',
      variants: [
        ['off', false],
        ['on', true],
      ],
      safe: 'off',
      rest: { serve: 'off' },
      rollout: {
        to: { serve: 'on' },
        unit: ['targetingKey'],
        salt: 'checkout',
        algorithm: 'native',
        holdoutParts: 1_000,
        reached: [
          {
            audience: { op: 'string', attribute: 'email', test: 'endsWith', values: ['@acme.example'] },
            parts: 100_000,
          },
          { parts: 25_000 },
        ],
        outcomes: { failures: ['http.error'], durations: ['http.latency'] },
      },
    },
  },
};
const USERS = Array.from({ length: 300 }, (_, i) => `user-${i}`);
const VIEW = compile(RULESET, { generation: GENERATION, killed: new Set() });
const arm = (targetingKey: string) => armOf(evaluate(VIEW, 'checkout', { targetingKey }, 0));
const inArm = (wanted: string) => USERS.filter((user) => arm(user) === wanted);

let database: Database;
let usage: Usage;
let telemetry: FastifyInstance;
let reports = 0;
let client: GuidonClient;

beforeAll(async () => {
  database = await openQuickStore(await startPostgres());
  usage = createUsage({
    transactions: database.transactions,
    clock: new SystemClock(),
    log: SILENT_LOG,
    registry: new Registry(),
  });
  telemetry = fastify();
  telemetry.decorateRequest('caller');
  telemetry.addHook('onRequest', (request, _reply, done) => {
    request.caller = {
      keyId: 'k',
      kind: 'server',
      owner: 'test',
      breakGlass: false,
      environment: 'production',
    };
    done();
  });
  telemetry.addHook('onResponse', (request, reply, done) => {
    if (request.url.endsWith('telemetry') && reply.statusCode === 202) reports += 1;
    done();
  });
  registerTelemetry(telemetry, usage);
  await telemetry.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  client?.close();
  await telemetry?.close();
  await database?.close();
});

beforeEach(async () => {
  await database.transactions.run((manager) => manager.query('DELETE FROM guard_windows'));
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const before = reports;
  client = createGuidon({
    url: `http://127.0.0.1:${(telemetry.server.address() as AddressInfo).port}`,
    key: `gdn_server_abcdefgh_${'x'.repeat(43)}`,
    bootstrap: {
      ...RULESET,
      ...{ lineage: 'lin0', generation: GENERATION, hash: hashRuleset(RULESET) },
      kills: { kills: [], revived: [] },
    },
    logger: { warn: () => {}, error: () => {} },
  });
  // The first report hears what the server takes.
  await waitUntil(() => reports > before, { timeoutMs: 20_000, what: 'a report got through' });
  jest.restoreAllMocks();
});

/** What is stored once the client said goodbye. */
async function stored(): Promise<ReadonlyMap<string, readonly GuardWindow[]>> {
  const before = reports;
  client.close();
  await waitUntil(() => reports > before, { timeoutMs: 20_000, what: 'the last report got through' });
  expect(await usage.guards.flush()).toBe(true);
  return usage.guards.of({ flag: 'checkout', environment: 'production', sinceMs: 0 });
}

function sumUp(windows: readonly GuardWindow[] = []): Record<'treatment' | 'control', ArmSums> {
  const sums = (arm: 'treatment' | 'control') =>
    windows.reduce((sum, window) => addSums(sum, window[arm]), NO_SUMS);
  return { treatment: sums('treatment'), control: sums('control') };
}

/** A service that has a request for each user, all at once, and fails for every one with the new variant. */
async function serveAll(handle: (user: string, client: GuidonClient) => Promise<boolean>): Promise<void> {
  const service = createHttpServer((request, response) => {
    void client.request(async () => {
      const failed = await handle(String(request.headers['x-user']), client);
      response.statusCode = failed ? 500 : 200;
      response.end();
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  const ask = (user: string) => fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-user': user } });
  try {
    await Promise.all(USERS.map(async (user) => (await ask(user)).text()));
  } finally {
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
  }
}

describe('from an application that tracks outcomes to the windows that guards read', () => {
  it('credits what a request came to, to the arm that it met before, while requests overlap', async () => {
    await serveAll(async (targetingKey, guidon) => {
      // Before anything was evaluated: credited to nobody.
      guidon.track('http.error', { targetingKey }, { failed: true });
      const isOn = guidon.boolean('checkout', { targetingKey }, false);
      await new Promise((resolve) => setImmediate(resolve));
      // Again in the same request: the same exposure.
      guidon.boolean('checkout', { targetingKey }, false);
      guidon.track('http.error', { targetingKey }, { failed: isOn });
      guidon.track('http.latency', { targetingKey }, { value: isOn ? 100 : 10 });
      return isOn;
    });
    const windows = await stored();
    const [treatment, control] = [inArm('treatment').length, inArm('control').length];
    expect(treatment).toBeGreaterThan(30);
    expect(treatment + control).toBe(USERS.length);
    expect(sumUp(windows.get(EXPOSURES))).toMatchObject({
      treatment: { exposures: treatment },
      control: { exposures: control },
    });
    expect(sumUp(windows.get('http.error'))).toMatchObject({
      treatment: { calls: treatment, errors: treatment, errorSum: treatment, errorSquares: treatment },
      control: { calls: control, errors: 0, errorSquares: 0 },
    });
    const latency = sumUp(windows.get('http.latency'));
    expect(latency.control.logSum).toBeCloseTo(control * Math.log(10), 6);
    expect(latency.treatment.logSquares).toBeCloseTo(treatment * Math.log(100) ** 2, 6);
    expect(latency.treatment.buckets.reduce((sum, count) => sum + count, 0)).toBe(treatment);
    expect(windows.get('http.error')?.every(({ generation }) => generation === GENERATION)).toBe(true);
  });

  it('takes outcomes by OpenFeature too, and counts a whole audience in neither arm', async () => {
    await OpenFeature.setProviderAndWait(new GuidonProvider(client));
    const flags = OpenFeature.getClient();
    await serveAll(async (targetingKey) => {
      const email = `${targetingKey}@acme.example`;
      const isStaff = USERS.indexOf(targetingKey) % 2 === 0;
      const context = { targetingKey, ...(isStaff ? { email } : {}) };
      await flags.getBooleanValue('checkout', false, context);
      flags.track('http.error', context, { failed: false });
      return false;
    });
    const others = USERS.filter((_, index) => index % 2 === 1);
    const windows = await stored();
    const calls = (wanted: string) => others.filter((user) => arm(user) === wanted).length;
    expect(sumUp(windows.get('http.error'))).toMatchObject({
      treatment: { calls: calls('treatment'), errors: 0 },
      control: { calls: calls('control'), errors: 0 },
    });
    const seen = await usage.guards.outcomesSeen({ environment: 'production', sinceMs: 0 });
    expect(seen).toContain('http.error');
  });

  it('knows the request behind the bodies that Fastify reads, and behind an interceptor', async () => {
    const application = fastify();
    application.addHook('preHandler', client.middleware());
    const handle = async (targetingKey: string) => {
      const isOn = client.boolean('checkout', { targetingKey }, false);
      await new Promise((resolve) => setImmediate(resolve));
      client.track('http.error', { targetingKey }, { failed: isOn });
    };
    application.post<{ Body: { user: string } }>('/', async ({ body }) => {
      await handle(body.user);
      return {};
    });
    await application.listen({ port: 0, host: '127.0.0.1' });
    const { port } = application.server.address() as AddressInfo;
    const [posted, intercepted] = [USERS.slice(0, 100), USERS.slice(100)];
    const headers = { 'content-type': 'application/json', connection: 'close' };
    await Promise.all(
      posted.map(async (user) => {
        const body = JSON.stringify({ user });
        await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })).text();
      }),
    );
    await application.close();
    // As the README has it for Nest: the work begins when somebody subscribes.
    const intercept = (next: () => Observable<void>) =>
      new Observable<void>((to) => client.request(() => next().subscribe(to)));
    await Promise.all(intercepted.map((user) => lastValueFrom(intercept(() => defer(() => handle(user))))));
    const windows = await stored();
    const [treatment, control] = [inArm('treatment').length, inArm('control').length];
    expect(sumUp(windows.get('http.error'))).toMatchObject({
      treatment: { calls: treatment, errors: treatment },
      control: { calls: control, errors: 0 },
    });
  });
});
