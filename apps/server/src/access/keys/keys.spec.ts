import type { NewKeyDocument } from '@guidon/protocol';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type RunningServer } from '../../create-server.js';
import { loadConfig } from '../../kernel/config/index.js';
import { createLog } from '../../kernel/log/index.js';

jest.setTimeout(60_000);

const postgres = await startPostgres();
const SIGNING_KEY = Buffer.alloc(32, 7).toString('base64');

interface Ask {
  readonly body?: object;
  readonly key?: string | undefined;
  readonly idempotencyKey?: string;
}

async function ask(server: RunningServer, path: string, { body, key, idempotencyKey }: Ask = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${key ?? server.keys.admin}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) };
}

const MACHINE = {
  kind: 'server',
  owner: 'checkout service',
  environment: 'production',
  reason: 'A new service',
};

/** Two replicas where the database takes several connections, else one server twice. */
async function startPair(remote: GitRemote, databaseUrl: string | undefined) {
  const admin = `gdn_admin_boss1234_${'k'.repeat(43)}`;
  const start = async () => {
    const given = {
      ...{ PORT: '0', GUIDON_GIT_URL: remote.url, GUIDON_DATA_DIR: await temporaryFolder() },
      ...{ GUIDON_ADMIN_KEY: admin, GUIDON_SIGNING_KEY: SIGNING_KEY },
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    };
    const result = loadConfig(given, '/');
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return createServer({ config: result.config, log: createLog('silent') });
  };
  const one = await start();
  return [one, databaseUrl === undefined ? one : await start()] as const;
}

const databases: [string, () => Promise<string | undefined>][] = [
  ['the embedded database', async () => undefined],
];
if (postgres !== undefined)
  databases.push(['two replicas on PostgreSQL', async () => (await postgres.createDatabase()).url]);

describe.each(databases)('given %s', (_name, databaseUrl) => {
  let here: RunningServer;
  let there: RunningServer;

  beforeAll(async () => {
    const flag = flagFile({ serve: { development: 'off', production: 'off' } });
    const remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flag },
    });
    [here, there] = await startPair(remote, await databaseUrl());
    await waitUntil(() => there.catalog.environments().length > 0, { timeoutMs: 20_000 });
  });
  afterAll(async () => {
    await here.close();
    if (there !== here) await there.close();
  });

  const audited = async (action: string) => {
    const { json } = await ask(here, '/api/v1/audit?limit=100');
    return json.entries.filter((entry: { action: string }) => entry.action === action);
  };
  const make = async (body: object = {}): Promise<NewKeyDocument> =>
    (await ask(here, '/api/v1/keys', { body: { ...MACHINE, ...body } })).json;
  const evaluates = async (server: RunningServer, key: string) =>
    (await ask(server, '/ofrep/v1/evaluate/flags/checkout', { body: { context: {} }, key })).status;

  it('makes a key that works at once on every replica, and shows its secret once', async () => {
    const made = await make();
    expect(made).toMatchObject({ kind: 'server', owner: 'checkout service', state: 'active' });
    await waitUntil(async () => (await evaluates(there, made.text)) === 200, { timeoutMs: 1000 });
    const secret = made.text.split('_').slice(3).join('_');
    const listed = await ask(there, '/api/v1/keys');
    expect(listed.json.keys).toContainEqual(
      expect.objectContaining({ id: made.id, environment: 'production' }),
    );
    const entries = await audited('key.create');
    expect(entries[0]).toMatchObject({ subject: { key: made.id }, reason: 'A new service' });
    expect(listed.text + JSON.stringify(entries)).not.toContain(secret);
  });

  it('answers a repeated request byte for byte, and keeps no secret in plain text for that', async () => {
    const before = (await audited('key.create')).length;
    const first = await ask(here, '/api/v1/keys', { body: MACHINE, idempotencyKey: 'once-1' });
    const again = await ask(there, '/api/v1/keys', { body: MACHINE, idempotencyKey: 'once-1' });
    expect(again.text).toBe(first.text);
    expect((await audited('key.create')).length).toBe(before + 1);
    const other = { ...MACHINE, owner: 'somebody else' };
    const refused = await ask(here, '/api/v1/keys', { body: other, idempotencyKey: 'once-1' });
    expect(refused.json.code).toBe('idempotency-conflict');
  });

  it('revokes a key everywhere and ends its open streams within a second', async () => {
    const made = await make();
    await waitUntil(async () => (await evaluates(there, made.text)) === 200, { timeoutMs: 1000 });
    const stream = await fetch(`${there.url}/sdk/v1/stream`, {
      headers: { authorization: `Bearer ${made.text}`, 'guidon-instance': 'pod-1', 'guidon-boot': 'b-1' },
    });
    const ended = (async () => {
      for await (const _chunk of stream.body!);
    })().catch(() => undefined);
    const revoke = { body: { reason: 'It leaked into a log' } };
    const started = performance.now();
    expect((await ask(here, `/api/v1/keys/${made.id}/revoke`, revoke)).json).toMatchObject({
      state: 'revoked',
    });
    await ended;
    expect(performance.now() - started).toBeLessThan(1000);
    expect(await evaluates(here, made.text)).toBe(401);
    expect(await evaluates(there, made.text)).toBe(401);
    expect(await audited('key.revoke')).toMatchObject([{ subject: { key: made.id } }]);
    expect((await ask(here, `/api/v1/keys/${made.id}/revoke`, revoke)).json).toMatchObject({
      state: 'revoked',
    });
  });

  it('rotates: the new key works, the old one for the overlap only, and no longer than it had', async () => {
    const old = await make({ expiresAt: '2100-01-01T00:00:00Z' });
    const rotate = (overlapSeconds: number, id = old.id) =>
      ask(here, `/api/v1/keys/${id}/rotate`, { body: { overlapSeconds, reason: 'Once a quarter' } });
    const next = (await rotate(3600)).json as NewKeyDocument;
    expect(next).toMatchObject({ kind: 'server', environment: 'production', owner: 'checkout service' });
    expect([await evaluates(here, old.text), await evaluates(here, next.text)]).toEqual([200, 200]);
    const listed = (await ask(here, '/api/v1/keys')).json.keys;
    expect(listed).toContainEqual(expect.objectContaining({ id: old.id, replacedBy: next.id }));
    const last = (await rotate(0, next.id)).json as NewKeyDocument;
    expect([await evaluates(here, next.text), await evaluates(here, last.text)]).toEqual([401, 200]);
    expect((await rotate(3600, next.id)).json).toMatchObject({ code: 'key-over', status: 409 });
  });

  it('refuses what cannot be meant, everything at once', async () => {
    const refusals = async (body: object) => {
      const { json } = await ask(here, '/api/v1/keys', { body });
      return [json.code, ...(json.violations ?? []).map(({ pointer }: { pointer: string }) => pointer)];
    };
    expect(await refusals({ kind: 'root', owner: 'x/y', reason: '' })).toEqual([
      ...['request-invalid', '/kind', '/owner', '/reason'],
    ]);
    expect(await refusals({ ...MACHINE, kind: 'admin', environment: 'production' })).toEqual([
      ...['request-invalid', '/environment', '/owner'],
    ]);
    expect(await refusals({ ...MACHINE, expiresAt: '2020-01-01T00:00:00Z' })).toEqual([
      ...['request-invalid', '/expiresAt'],
    ]);
    const nobody = await ask(here, '/api/v1/keys/nobody/revoke', { body: { reason: 'It leaked' } });
    expect(nobody.json).toMatchObject({ code: 'key-not-found', status: 404 });
    const { text } = await make();
    expect((await ask(here, '/api/v1/keys', { key: text })).status).toBe(403);
  });
});
