import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { startPostgres, temporaryFolder, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, type DynamicModule, Get, Inject, Module, Post, Req } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { quickDatabaseVariables } from '../test/quick-database.js';
import { AccessModule, Permit } from './access/index.js';
import { AUDIT, type Audit, AuditModule } from './audit/index.js';
import { createServer, type RunningServer } from './create-server.js';
import { HealthModule } from './health/index.js';
import { actorOf, callerOf, formatKey, IdentityModule, KeyService, makeKey } from './identity/index.js';
import {
  type Config,
  createLog,
  DatabaseModule,
  Idempotency,
  type KernelParts,
  kernelModule,
  loadConfig,
  ProblemEncoders,
  TRANSACTIONS,
  type Transactions,
  validated,
} from './kernel/index.js';

/** A feature as small as one can be, to try the foundation on. */
@Controller('/api/v1/probe')
class ProbeController {
  runs = 0;

  constructor(
    @Inject(TRANSACTIONS) private readonly transactions: Transactions,
    @Inject(AUDIT) private readonly audit: Audit,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Permit('sync.run')
  async act(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    const schema = z.strictObject({ reason: z.string().min(3), fail: z.boolean().optional() });
    const { reason, fail } = validated(schema, body);
    const caller = callerOf(request);
    const key = request.headers['idempotency-key'] as string | undefined;
    const asked = { caller: caller.keyId, key, operation: 'POST /api/v1/probe', body };
    const answer = await this.transactions.run((manager) =>
      this.idempotency.run(manager, asked, async () => {
        this.runs += 1;
        const told = { subject: { run: this.runs }, before: null, after: null };
        const event = { action: 'sync.run', actor: actorOf(caller), reason, ...told } as const;
        await this.audit.append(manager, event);
        if (fail) throw new Error('password=hunter2 is wrong');
        return { status: 200, body: { run: this.runs } };
      }),
    );
    return answer.body;
  }

  @Get()
  @Permit('sync.read')
  read(): object {
    return { runs: this.runs };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {
  hang: () => Promise<unknown> = async () => ({});

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(ProblemEncoders) private readonly encoders: ProblemEncoders,
  ) {}

  onModuleInit(): void {
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    instance.post('/ofrep/v1/probe', { config: { access: ['server', 'web'] } }, async (request) => ({
      caller: request.caller,
    }));
    instance.post('/ofrep/v1/hang', { config: { access: ['web'] } }, () => this.hang());
    this.encoders.register('/ofrep/', (problem) => ({
      contentType: 'application/json',
      body: JSON.stringify({ errorCode: 'GENERAL', errorDetails: problem.title }),
    }));
  }
}

function probeServer(parts: KernelParts): DynamicModule {
  return {
    module: ProbeModule,
    imports: [
      kernelModule(parts),
      DatabaseModule.forEntities([]),
      IdentityModule,
      AuditModule,
      AccessModule,
      HealthModule,
    ],
  };
}

async function configOf(env: Record<string, string> = {}): Promise<Config> {
  const result = loadConfig(
    {
      ...{ PORT: '0', GUIDON_GIT_URL: 'file:///nowhere.git', GUIDON_DATA_DIR: await temporaryFolder() },
      ...{ GUIDON_WEB_ORIGINS: 'https://shop.example', ...env },
    },
    '/',
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

interface Options {
  readonly method?: string;
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function call(server: RunningServer, path: string, options: Options = {}) {
  const { key, body } = options;
  const response = await fetch(`${server.url}${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

const postgres = await startPostgres();
const databases: [string, () => Promise<Record<string, string>>][] = [
  ['the embedded database', async () => ({})],
];
if (postgres !== undefined)
  databases.push([
    'PostgreSQL',
    async () => ({
      DATABASE_URL: (await postgres.createDatabase()).url,
      GUIDON_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
    }),
  ]);

describe.each(databases)('given a server on %s', (_name, environment) => {
  let server: RunningServer;
  let config: Config;
  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });

  beforeAll(async () => {
    config = await configOf(await environment());
    server = await createServer({ config, log: createLog('debug', sink), assemble: probeServer });
  }, 60_000);
  afterAll(() => server.close());

  const admin = () => server.keys.admin;

  it('makes keys at the first start, keeps them for their owner only and audits them', async () => {
    const file = join(config.dataDir, 'keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(server.keys);
    const { json } = await call(server, '/api/v1/audit?limit=3', { key: admin() });
    expect(json.entries.map((entry: { action: string }) => entry.action)).toEqual(
      Array(3).fill('key.create'),
    );
    expect(JSON.stringify(json)).not.toContain(String(admin()).split('_').slice(3).join('_'));
  });

  it('asks for a key and says which kind is needed', async () => {
    const without = await call(server, '/api/v1/probe');
    expect(without).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/);
    const wrong = await call(server, '/api/v1/probe', { key: server.keys.web });
    expect(wrong).toMatchObject({ status: 403, json: { code: 'not-permitted' } });
    expect(wrong.json.detail).toContain('"admin"');
  });

  it('takes the key from either header, and from both only if they agree', async () => {
    const key = String(admin());
    expect(await call(server, '/api/v1/probe', { headers: { 'x-api-key': key } })).toMatchObject({
      status: 200,
    });
    const both = { key, headers: { 'x-api-key': String(server.keys.web) } };
    expect(await call(server, '/api/v1/probe', both)).toMatchObject({
      status: 401,
      json: { detail: expect.stringContaining('do not hold the same key') },
    });
  });

  it('refuses a key with one letter changed, a foreign id and a kind that is not its own', async () => {
    const key = String(admin());
    const last = key.endsWith('A') ? 'B' : 'A';
    const forged = [
      key.slice(0, -1) + last,
      formatKey(makeKey('admin')),
      String(server.keys.web).replace('gdn_web_', 'gdn_admin_'),
      'gdn_admin_',
      '',
    ];
    for (const each of forged)
      expect((await call(server, '/api/v1/probe', { headers: { 'x-api-key': each } })).status).toBe(401);
  });

  it('binds server and web keys to the first environment, once that is known', async () => {
    server.app.get(KeyService).bindTo('development');
    server.app.get(KeyService).bindTo('production');
    const { json } = await call(server, '/ofrep/v1/probe', { key: server.keys.server, body: {} });
    expect(json.caller).toMatchObject({ kind: 'server', environment: 'development', breakGlass: false });
  });

  it('stops a revoked key within a second', async () => {
    const other = await createServer({
      config: { ...config, dataDir: await temporaryFolder(), ...(config.databaseUrl ? {} : { keys: {} }) },
      log: createLog('silent'),
      assemble: probeServer,
    });
    const web = String(other.keys.web ?? server.keys.web);
    const target = other.keys.web === undefined ? server : other;
    expect((await call(target, '/ofrep/v1/probe', { key: web, body: {} })).status).toBe(200);
    const transactions = target.app.get<Transactions>(TRANSACTIONS);
    const id = web.split('_')[2];
    await transactions.run((manager) =>
      manager.query('UPDATE keys SET revoked_at = now() WHERE id = $1', [id]),
    );
    const refused = async () =>
      (await call(target, '/ofrep/v1/probe', { key: web, body: {} })).status === 401;
    await waitUntil(refused, { timeoutMs: 10_000 });
    await transactions.run((manager) =>
      manager.query('UPDATE keys SET revoked_at = NULL WHERE id = $1', [id]),
    );
    const works = async () => (await call(target, '/ofrep/v1/probe', { key: web, body: {} })).status === 200;
    await waitUntil(works, { timeoutMs: 10_000 });
    await other.close();
  }, 30_000);

  it('answers errors as problem documents with every violation at once', async () => {
    const body = { reason: 'x', unknown: 1, 'a/b': 2 };
    const { status, headers, json } = await call(server, '/api/v1/probe', { key: admin(), body });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(json).toMatchObject({ type: '/errors/request-invalid', code: 'request-invalid', status: 400 });
    expect(json.instance).toBe(headers.get('x-request-id'));
    expect(json.violations.map((each: { pointer: string }) => each.pointer).sort()).toEqual(
      ['/a~1b', '/reason', '/unknown'].sort(),
    );
  });

  it.each([
    ['a body that is no JSON', { body: '{"reason":' }, 400, 'request-invalid'],
    [
      'a body of another type',
      { body: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
    ['a body that is too large', { body: `"${'x'.repeat(1_100_000)}"` }, 413, 'payload-too-large'],
    ['a body that reaches for the prototype', { body: '{"__proto__":{"x":1}}' }, 400, 'request-invalid'],
    ['a method that the path does not have', { method: 'DELETE' }, 404, 'not-found'],
  ])('answers %s by its own code', async (_what, options, status, code) => {
    const answer = await call(server, '/api/v1/probe', { key: admin(), ...options });
    expect(answer).toMatchObject({ status, json: { code } });
  });

  it('refuses a body that is too deep before anything walks it', async () => {
    const body = `{"reason": "deep", "x": ${'['.repeat(20)}${']'.repeat(20)}}`;
    const { status, json } = await call(server, '/api/v1/probe', { key: server.keys.admin, body });
    expect([status, json.code]).toEqual([400, 'request-invalid']);
    expect(json.detail).toContain('nested deeper than 20 levels');
  });

  it('answers an unreadable path and an unknown one without asking for a key', async () => {
    expect(await call(server, '/%zz')).toMatchObject({ status: 400, json: { code: 'request-invalid' } });
    expect(await call(server, '/nothing')).toMatchObject({ status: 404, json: { code: 'not-found' } });
  });

  it('has another shape for errors of a foreign protocol, also before its handler runs', async () => {
    const { status, json } = await call(server, '/ofrep/v1/probe', { body: {} });
    expect({ status, json }).toEqual({
      status: 401,
      json: { errorCode: 'GENERAL', errorDetails: 'A valid key is needed' },
    });
    const unreadable = await call(server, '/ofrep/v1/probe', { key: server.keys.web, body: '{' });
    expect(unreadable).toMatchObject({ status: 400, json: { errorCode: 'GENERAL' } });
  });

  it('undoes a failing mutation with its audit entry and shows nothing of the reason', async () => {
    const before = (await call(server, '/api/v1/audit?limit=1', { key: admin() })).json.entries[0].sequence;
    const body = { reason: 'to fail', fail: true };
    const { status, text, json } = await call(server, '/api/v1/probe', { key: admin(), body });
    expect({ status, code: json.code }).toEqual({ status: 500, code: 'internal' });
    expect(text).not.toContain('hunter2');
    expect(json.detail).toContain(json.instance);
    const after = (await call(server, '/api/v1/audit?limit=1', { key: admin() })).json.entries[0].sequence;
    expect(after).toBe(before);
    expect(logged).toContain(json.instance);
  });

  it('runs a mutation once per idempotency key and replays its answer', async () => {
    const body = { reason: 'only once' };
    const ask = (more: object = {}, id = 'k-1') =>
      call(server, '/api/v1/probe', {
        key: admin(),
        body: { ...body, ...more },
        headers: { 'idempotency-key': id },
      });
    const first = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(first.map((answer) => answer.text)).size).toBe(1);
    expect((await ask()).json).toEqual(first[0].json);
    expect(await ask({ reason: 'something else' })).toMatchObject({
      status: 409,
      json: { code: 'idempotency-conflict' },
    });
    expect((await ask({}, 'k-2')).json).not.toEqual(first[0].json);
    expect((await ask({}, 'has space')).status).toBe(400);
  });

  it('forgets the claim of a mutation that failed', async () => {
    const headers = { 'idempotency-key': 'k-fails' };
    const body = { reason: 'to fail', fail: true };
    expect((await call(server, '/api/v1/probe', { key: admin(), body, headers })).status).toBe(500);
    expect((await call(server, '/api/v1/probe', { key: admin(), body, headers })).status).toBe(500);
  });

  it('keeps the audit log in order, page by page, and finds it whole', async () => {
    const page = await call(server, '/api/v1/audit?limit=2', { key: admin() });
    const next = await call(server, `/api/v1/audit?limit=2&before=${page.json.next}`, { key: admin() });
    expect(page.json.entries[1].previous).toBe(next.json.entries[0].hash);
    expect(page.json.entries[0]).toMatchObject({
      action: 'sync.run',
      actor: expect.stringContaining('/first-start@'),
    });
    const verdict = await call(server, '/api/v1/audit/verify', { key: admin() });
    expect(verdict.json).toMatchObject({ ok: true, checked: page.json.entries[0].sequence });
    expect(
      (await call(server, '/api/v1/audit?limit=0&what=1', { key: admin() })).json.violations,
    ).toHaveLength(2);
  });

  it('refuses to change, delete or empty the audit log, and names the link if somebody managed', async () => {
    const transactions = server.app.get<Transactions>(TRANSACTIONS);
    const sql = (text: string) => transactions.run((manager) => manager.query(text));
    await expect(sql("UPDATE audit_entries SET body = 'x' WHERE sequence = 2")).rejects.toThrow(
      /append-only/,
    );
    await expect(sql('DELETE FROM audit_entries')).rejects.toThrow(/append-only/);
    await expect(sql('TRUNCATE audit_entries')).rejects.toThrow(/append-only/);
    await sql('ALTER TABLE audit_entries DISABLE TRIGGER ALL');
    await sql("UPDATE audit_entries SET body = replace(body, 'first', 'worst') WHERE sequence = 2");
    const verdict = await call(server, '/api/v1/audit/verify', { key: admin() });
    expect(verdict.json).toMatchObject({ ok: false, firstBroken: { sequence: 2 } });
    await sql("UPDATE audit_entries SET body = replace(body, 'worst', 'first') WHERE sequence = 2");
    await sql('ALTER TABLE audit_entries ENABLE TRIGGER ALL');
    expect((await call(server, '/api/v1/audit/verify', { key: admin() })).json.ok).toBe(true);
  });

  it('answers each probe by its own question', async () => {
    expect((await call(server, '/livez')).status).toBe(200);
    expect((await call(server, '/startupz')).status).toBe(200);
    expect(await call(server, '/readyz')).toMatchObject({ status: 503, json: { status: 'not ready' } });
    expect((await call(server, '/readyz?scope=writ')).status).toBe(400);
    expect((await call(server, '/metrics')).text).toContain('guidon_process_cpu_seconds_total');
  });

  it('describes the code that a problem points to', async () => {
    const page = await call(server, '/errors/unauthenticated');
    expect(page.json).toMatchObject({ status: 401, mend: expect.stringContaining('GUIDON_KEY') });
    const forPeople = await call(server, '/errors/unauthenticated', { headers: { accept: 'text/html' } });
    expect(forPeople.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(forPeople.text).toContain('<h1>A valid key is needed</h1>');
    expect((await call(server, '/errors/constructor')).status).toBe(404);
  });

  it('lets browsers of other origins in on the paths for web keys only', async () => {
    const origin = { origin: 'https://shop.example' };
    const asked = { ...origin, 'access-control-request-method': 'POST' };
    const preflight = await call(server, '/ofrep/v1/probe', { method: 'OPTIONS', headers: asked });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    const answer = await call(server, '/ofrep/v1/probe', { key: server.keys.web, body: {}, headers: origin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin.origin);
    expect(answer.headers.get('access-control-expose-headers')).toBe('ETag, Retry-After');
    const refused = await call(server, '/ofrep/v1/probe', { body: {}, headers: origin });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
      401,
      origin.origin,
    ]);
    const api = await call(server, '/api/v1/probe', { method: 'OPTIONS', headers: asked });
    expect(api.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('writes no key into the log', () => {
    expect(logged).not.toContain(String(admin()).split('_').slice(3).join('_'));
  });

  it('slows down who sends many wrong keys, and nobody who comes with a right one', async () => {
    const wrong = `gdn_admin_nobody1234_${'x'.repeat(43)}`;
    const statuses: number[] = [];
    for (let index = 0; index < 40; index += 1)
      statuses.push((await call(server, '/api/v1/probe', { key: wrong })).status);
    // Tests before this one sent wrong keys from here, too.
    expect(statuses.at(-1)).toBe(429);
    const slowed = await call(server, '/api/v1/probe', { key: wrong });
    expect(slowed).toMatchObject({ status: 429, json: { code: 'too-many-requests' } });
    expect(slowed.headers.get('retry-after')).toBe('5');
    expect((await call(server, '/api/v1/probe', { key: admin() })).status).toBe(200);
  });
});

it('refuses to boot with a route that declares no access, and names it', async () => {
  @Controller('/api/v1/open')
  class OpenController {
    @Get()
    read(): string {
      return 'open';
    }
  }
  const assemble = (parts: KernelParts): DynamicModule => ({
    ...probeServer(parts),
    controllers: [OpenController],
  });
  const config = await configOf();
  await expect(createServer({ config, log: createLog('silent'), assemble })).rejects.toThrow(
    /declare no access.*GET \/api\/v1\/open/,
  );
  // The failed boot gave everything back, so the next one starts.
  const server = await createServer({ config, log: createLog('silent'), assemble: probeServer });
  await server.close();
}, 30_000);

it('prints the same keys after a restart', async () => {
  const config = await configOf(await quickDatabaseVariables());
  const start = () => createServer({ config, log: createLog('silent'), assemble: probeServer });
  const first = await start();
  await first.close();
  const second = await start();
  await second.close();
  expect(second.keys).toEqual(first.keys);
}, 30_000);

it('uses the keys that are given and marks the admin key as break-glass', async () => {
  const given = formatKey(makeKey('admin'));
  const database = await quickDatabaseVariables();
  const config = await configOf({ ...database, GUIDON_ADMIN_KEY: given, GUIDON_KEY_ENVIRONMENT: 'staging' });
  const server = await createServer({ config, log: createLog('silent'), assemble: probeServer });
  expect(server.keys.admin).toBe(given);
  await call(server, '/api/v1/probe', { key: given, body: { reason: 'emergency' } });
  const { json } = await call(server, '/api/v1/audit?limit=1', { key: given });
  expect(json.entries[0].actor).toBe(`key:${given.split('_')[2]}/break-glass`);
  const { json: seen } = await call(server, '/ofrep/v1/probe', { key: server.keys.server, body: {} });
  expect(seen.caller.environment).toBe('staging');
  await server.close();
}, 30_000);

it('starts without its database, knows the keys it was given, and refuses changes with a time to come back', async () => {
  const given = formatKey(makeKey('admin'));
  const config = await configOf({
    DATABASE_URL: 'postgresql://guidon@127.0.0.1:1/guidon',
    GUIDON_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
    GUIDON_ADMIN_KEY: given,
  });
  const server = await createServer({ config, log: createLog('silent'), assemble: probeServer });
  expect((await call(server, '/api/v1/probe', { key: given })).status).toBe(200);
  const refused = await call(server, '/api/v1/probe', { key: given, body: { reason: 'to try' } });
  expect(refused).toMatchObject({ status: 503, json: { code: 'database-unavailable' } });
  expect(refused.headers.get('retry-after')).toBe('2');
  expect((await call(server, '/readyz?scope=write')).status).toBe(503);
  expect((await call(server, '/livez')).status).toBe(200);
  await server.close();
}, 30_000);

it('closes in time although a request hangs', async () => {
  const server = await createServer({
    config: await configOf(await quickDatabaseVariables()),
    log: createLog('silent'),
    assemble: probeServer,
    closeDeadlineMs: 200,
  });
  const instance = server.app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  let entered = () => {};
  const inside = new Promise<void>((done) => {
    entered = done;
  });
  server.app.get(ProbeModule).hang = () => {
    entered();
    return new Promise(() => undefined);
  };
  const hanging = call(server, '/ofrep/v1/hang', { key: server.keys.web, body: {} }).catch(() => 'cut');
  await inside;
  await server.close();
  expect(await hanging).toBe('cut');
  expect(instance.server.listening).toBe(false);
}, 10_000);
