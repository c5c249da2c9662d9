import type { ApprovalDocument, KillDocument, NewKeyDocument } from '@guidon/protocol';
import { createGitRemote, type GitRemote, startPostgres, temporaryFolder, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type RunningServer } from '../create-server.js';
import { loadConfig } from '../kernel/config/index.js';
import { createLog } from '../kernel/log/index.js';

jest.setTimeout(60_000);

const PROJECT = `project: shop
environments:
  - id: development
  - id: production
    protected: true
    waves: [{ percent: 1, hold: 60s }]
teams:
  payments: { members: [dora@acme.example] }
  search: { members: [sam@acme.example] }
access:
  - { role: developer, team: payments }
  - { role: responder, person: rita@acme.example }
  - { role: operator, person: otto@acme.example }
  - { role: admin, person: ada@acme.example }
  - { role: approver, person: gus@acme.example }
  - { role: approver, person: hal@acme.example, environments: [development] }
  - { role: viewer, person: vic@acme.example }
  - { role: operator, person: pia@acme.example, environments: [development] }
`;
const flag = (owner: string) => `type: release
owner: ${owner}
description: One-page checkout with saved cards
expires: 2999-01-01
safe: off
environments:
  development: on
  production: on
`;

interface Ask {
  readonly body?: object;
  readonly idempotencyKey?: string;
}

const postgres = await startPostgres();
const databases: [string, () => Promise<string | undefined>][] = [
  ['the embedded database', async () => undefined],
];
if (postgres !== undefined) databases.push(['PostgreSQL', async () => (await postgres.createDatabase()).url]);

describe.each(databases)('given people with roles on %s', (_name, databaseUrl) => {
  let server: RunningServer;
  let remote: GitRemote;
  const keys = new Map<string, string>();

  async function ask(who: string, path: string, { body, idempotencyKey }: Ask = {}) {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${who === 'boss' ? server.keys.admin : keys.get(who)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = await response.json();
    return { status: response.status, json };
  }
  const makeKey = async (who: string, by = 'boss') => {
    const body = { kind: 'admin', owner: `${who}@acme.example`, reason: 'on call' };
    keys.set(who, ((await ask(by, '/keys', { body })).json as NewKeyDocument).text);
  };
  const press = (who: string, target: string, environment = 'production') =>
    ask(who, '/red-button', {
      body: { scope: { flag: target }, environments: [environment], reason: 'It burns' },
    });
  const revive = (who: string, id: string, idempotencyKey?: string) =>
    ask(who, `/red-button/${id}/revive`, {
      body: { reason: 'It is mended' },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  const killed = async (target: string, environment = 'production'): Promise<string> =>
    ((await press('boss', target, environment)).json as KillDocument).id;
  const decide = (who: string, id: string, how: 'grant' | 'refuse' = 'grant', idempotencyKey?: string) =>
    ask(who, `/approvals/${id}/${how}`, {
      body: { reason: 'I looked at it' },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  const waiting = async (): Promise<ApprovalDocument[]> =>
    (await ask('gus', '/approvals')).json.approvals.filter(
      ({ state }: ApprovalDocument) => state === 'waiting',
    );
  const audited = async (action: string) =>
    (await ask('boss', `/audit?limit=500&action=${action}`)).json.entries;

  beforeAll(async () => {
    remote = await createGitRemote({
      files: {
        'flags/guidon.yaml': PROJECT,
        'flags/checkout.yaml': flag('payments'),
        'flags/ranking.yaml': flag('search'),
      },
    });
    const url = await databaseUrl();
    const result = loadConfig(
      {
        ...{ PORT: '0', GUIDON_GIT_URL: remote.url, GUIDON_DATA_DIR: await temporaryFolder() },
        ...{ GUIDON_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64') },
        ...(url === undefined ? {} : { DATABASE_URL: url }),
      },
      '/',
    );
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    server = await createServer({ config: result.config, log: createLog('silent') });
    await waitUntil(() => server.catalog.environments().length > 0, { timeoutMs: 20_000 });
    for (const who of ['dora', 'rita', 'otto', 'ada', 'gus', 'hal', 'vic', 'eve', 'pia', 'bo'])
      await makeKey(who);
  });
  afterAll(() => server.close());

  it('lets a responder press for any flag and revive none', async () => {
    const pressed = await press('rita', 'ranking');
    expect(pressed.status).toBe(200);
    const refused = await revive('rita', pressed.json.id);
    expect(refused).toMatchObject({ status: 403, json: { code: 'not-permitted' } });
    expect(refused.json.detail).toContain('rita@acme.example is responder; kill.revive needs');
    expect((await revive('boss', pressed.json.id)).status).toBe(200);
  });

  it('lets a developer press for flags of his own team, and hits nothing when half of it is refused', async () => {
    const body = { scope: { all: true }, environments: ['development'], reason: 'It burns' };
    const refused = await ask('dora', '/red-button', { body });
    expect(refused).toMatchObject({ status: 403, json: { code: 'not-permitted' } });
    expect(refused.json.violations).toMatchObject([{ pointer: 'development/ranking' }]);
    const own = await press('dora', 'checkout', 'development');
    expect(own.status).toBe(200);
    expect((await revive('dora', own.json.id)).status).toBe(200);
  });

  it('lets a viewer look, and somebody without a role not even that', async () => {
    expect((await ask('vic', '/sync')).status).toBe(200);
    expect((await press('vic', 'checkout')).status).toBe(403);
    expect((await ask('vic', '/keys')).status).toBe(403);
    expect((await ask('vic', '/audit')).status).toBe(403);
    const nobody = await ask('eve', '/sync');
    expect(nobody).toMatchObject({ status: 403 });
    expect(nobody.json.detail).toContain('eve@acme.example has no role');
  });

  it('waits for somebody else before anything moves away from safe where it is protected', async () => {
    const id = await killed('checkout');
    const needed = await revive('otto', id, 'otto-1');
    expect(needed).toMatchObject({ status: 409, json: { code: 'approval-needed' } });
    expect(await revive('otto', id, 'otto-1')).toMatchObject({ json: { code: 'approval-needed' } });
    const [approval, ...others] = await waiting();
    expect(others).toEqual([]);
    expect(approval).toMatchObject({
      action: 'kill.revive',
      requestedBy: 'otto@acme.example',
      about: { kill: id },
    });
    const which = approval?.id ?? '';
    expect(needed.json.detail).toContain(`guidon approve ${which}`);
    expect((await decide('otto', which)).status).toBe(403);
    expect((await decide('hal', which)).status).toBe(403);
    expect((await decide('gus', which, 'grant', 'gus-1')).json).toMatchObject({ state: 'granted' });
    expect((await decide('gus', which, 'grant', 'gus-1')).json).toMatchObject({ state: 'granted' });
    // Somebody else's agreement is no agreement to an act of mine.
    expect((await revive('ada', id)).json).toMatchObject({ code: 'approval-needed' });
    expect((await revive('otto', id, 'otto-1')).status).toBe(200);
    expect((await audited('kill.revive'))[0]).toMatchObject({
      approvals: [
        { id: which, by: 'gus@acme.example', on: 'guidon', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
    });
    expect((await audited('approval.grant')).length).toBe(1);
  });

  it('takes an agreement once, and for exactly what was asked', async () => {
    const [one, other] = [await killed('checkout'), await killed('ranking')];
    await revive('otto', one);
    const approval = (await waiting()).find(({ about }) => about.kill === one);
    await decide('gus', approval?.id ?? '');
    expect((await revive('otto', other)).json).toMatchObject({ code: 'approval-needed' });
    const both = await Promise.all([revive('otto', one), revive('otto', one)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both.map(({ json }) => json.alreadyRevived ?? false).sort()).toEqual([false, true]);
    const again = await killed('checkout');
    expect((await revive('otto', again)).json).toMatchObject({ code: 'approval-needed' });
    await revive('boss', again);
    await revive('boss', other);
  });

  it('lets one of two who decide at the same time win, and tells the other', async () => {
    const id = await killed('checkout');
    await revive('otto', id);
    const approval = (await waiting()).find(({ about }) => about.kill === id);
    const which = approval?.id ?? '';
    const both = await Promise.all([decide('gus', which), decide('ada', which, 'refuse')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.json.code).toBe('approval-over');
    await revive('boss', id);
  });

  it('takes nobody for two people who made the second one’s key', async () => {
    const id = await killed('checkout');
    await revive('ada', id);
    const approval = (await waiting()).find(({ about }) => about.kill === id);
    await makeKey('gus', 'ada');
    const refused = await decide('gus', approval?.id ?? '');
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.json.detail).toContain('was made by ada@acme.example');
    await makeKey('gus');
    expect((await decide('gus', approval?.id ?? '')).status).toBe(200);
    expect((await revive('ada', id)).status).toBe(200);
  });

  it('keeps a role to its environments, for whole environments too', async () => {
    const first = (await ask('boss', '/revisions')).json.revisions[0].commit;
    const back = (who: string, environments: string[]) =>
      ask(who, `/revisions/${first}/rollback`, { body: { environments, reason: 'It burns' } });
    expect((await back('pia', ['production'])).status).toBe(403);
    expect((await back('pia', ['development', 'production'])).status).toBe(403);
    expect((await back('pia', ['development'])).status).toBe(200);
    const unpin = { body: { environments: ['development'], reason: 'It is mended' } };
    expect((await ask('pia', '/revisions/unpin', unpin)).json).toEqual({ environments: ['development'] });
    expect((await back('otto', ['production'])).json).toMatchObject({ code: 'approval-needed' });
    const approval = (await waiting()).find(({ action }) => action === 'revision.rollback');
    await decide('gus', approval?.id ?? '');
    expect((await back('otto', ['production'])).status).toBe(200);
    const [entry] = await audited('revision.rollback');
    expect(entry).toMatchObject({ approvals: [{ id: approval?.id, by: 'gus@acme.example' }] });
    const end = { body: { environments: ['production'], reason: 'It is mended' } };
    expect((await ask('otto', '/revisions/unpin', end)).json).toMatchObject({ code: 'approval-needed' });
    // What gus would agree to is the end of this pin alone.
    const ending = (await waiting()).find(({ about }) => about.unpin === true);
    expect(ending?.about).toEqual({ unpin: true, pins: { production: first } });
    await ask('boss', '/revisions/unpin', { body: { environments: 'all', reason: 'It is mended' } });
    // Exactly the same once more is another act, and gus has said nothing to it.
    expect((await back('otto', ['production'])).json).toMatchObject({ code: 'approval-needed' });
  });

  it('lets nobody accept who wrote it, and only an admin what changes who may do what', async () => {
    const more = `${PROJECT}  - { role: admin, person: bo@acme.example }\n`;
    const commit = await remote.publish({ 'flags/guidon.yaml': more }, 'Make bo an admin');
    await ask('boss', '/sync', { body: { reason: 'a test asked' } });
    const accept = (who: string) =>
      ask(who, `/revisions/${commit}/accept`, { body: { reason: 'I looked at it' } });
    const refused = await accept('otto');
    expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining('access.accept')]);
    expect((await ask('bo', '/keys')).status).toBe(403);
    // Ada is an admin, and by Git's word she wrote it.
    expect((await accept('ada')).json).toMatchObject({ code: 'approval-needed' });
    const body = { kind: 'admin', owner: 'bea@acme.example', role: 'admin', reason: 'a test' };
    keys.set('bea', (await ask('boss', '/keys', { body })).json.text);
    expect((await accept('bea')).json).toMatchObject({ state: 'accepted' });
    expect((await ask('bo', '/keys')).status).toBe(200);
  });

  it('marks what the break-glass key did', async () => {
    const id = await killed('checkout');
    await revive('boss', id);
    const [entry] = await audited('kill.revive');
    expect(entry.actor).toMatch(/first-start@localhost \(break-glass\)$/);
    expect(entry.sourceAddress).toBe('127.0.0.1');
  });
});
