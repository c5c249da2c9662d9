import type { ApprovalDocument, NewKeyDocument, RevisionDocument } from '@guidon/protocol';
import { createGitRemote, flagFile, type GitRemote } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { InProcessServer } from './in-process-server.js';

jest.setTimeout(60_000);

const PROJECT = `project: shop
environments:
  - id: development
  - id: production
    protected: true
teams:
  payments: { members: [ada@acme.example] }
access:
  - { role: admin, person: ada@acme.example }
  - { role: admin, person: gus@acme.example }
  - { role: admin, person: dee@acme.example, environments: [development] }
commits: { signatures: optional, reviews: 1, rewrite: refused }
`;
const reason = 'It is mended';
type Made = NewKeyDocument & { readonly code?: string; readonly detail?: string };

describe('given admins who make keys for each other', () => {
  let remote: GitRemote;
  let server: InProcessServer;
  let ada: string;
  let gus: string;
  let dee: string;
  let kills = 0;

  async function ask(key: string, path: string, body: object = { reason }) {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as Made };
  }
  async function made(by: string, owner: string, role = 'admin'): Promise<string> {
    const { status, json } = await ask(by, '/keys', { kind: 'admin', owner, role, reason });
    expect(status).toBe(200);
    return json.text;
  }
  /** What waits for a second person once this key has asked to revive a new kill. */
  async function waiting(key: string): Promise<string> {
    const scope = { scope: { flag: `flag-${kills++}` }, environments: ['production'], reason: 'It burns' };
    const { id } = await server.admin<{ id: string }>('POST', '/api/v1/red-button', scope);
    expect(await ask(key, `/red-button/${id}/revive`)).toMatchObject({ status: 409 });
    return newest();
  }
  async function newest(): Promise<string> {
    const { approvals } = await server.admin<{ approvals: ApprovalDocument[] }>('GET', '/api/v1/approvals');
    return approvals[0]?.id ?? 'none';
  }
  const grant = (key: string, which: string) => ask(key, `/approvals/${which}/grant`);

  beforeAll(async () => {
    const serve = { development: 'off', production: 'off' } as const;
    const flags = Array.from({ length: 9 }, (_, index) => [`flags/flag-${index}.yaml`, flagFile({ serve })]);
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': PROJECT, ...Object.fromEntries(flags) } });
    server = await InProcessServer.start({ gitUrl: remote.url });
    await server.sync();
    const boss = server.adminKey;
    [ada, gus] = [
      await made(boss, 'ada@acme.example', 'access'),
      await made(boss, 'gus@acme.example', 'access'),
    ];
    dee = await made(boss, 'dee@acme.example', 'access');
  });
  afterAll(() => server.close());

  it('lets two people agree whose keys the break-glass key made', async () => {
    expect(await grant(gus, await waiting(ada))).toMatchObject({ status: 200 });
  });

  it('lets nobody agree to what came with a key that he made for the first one', async () => {
    const bo = await made(ada, 'bo@acme.example');
    const which = await waiting(bo);
    expect(await grant(ada, which)).toMatchObject({
      status: 403,
      json: { code: 'not-permitted', detail: expect.stringContaining('made the key of bo@acme.example') },
    });
    expect(await grant(gus, which)).toMatchObject({ status: 200 });
  });

  it('lets nobody be two people by two keys that he made, nor over a key that made a key', async () => {
    const [bo, hal] = [await made(ada, 'bo@acme.example'), await made(ada, 'hal@acme.example')];
    expect(await grant(hal, await waiting(bo))).toMatchObject({ status: 403 });
    const further = await made(bo, 'ida@acme.example');
    expect(await grant(further, await waiting(ada))).toMatchObject({ status: 403 });
    const { json } = await ask(further, `/keys/${further.split('_')[2]}/rotate`, {
      overlapSeconds: 0,
      reason,
    });
    expect(await grant(json.text, await waiting(ada))).toMatchObject({ status: 403 });
  });

  it('takes an address with a plus for the person before it', async () => {
    const plus = await made(server.adminKey, 'Ada+night@acme.example');
    expect(await grant(plus, await waiting(ada))).toMatchObject({ status: 403 });
  });

  it('wants a second person from a key that an author of the commit made, and none of the authors for one', async () => {
    await remote.person.git(
      'commit',
      '--quiet',
      '--allow-empty',
      '--message=Begin',
      '--author=Gus <gus@acme.example>',
    );
    const serve = { development: 'on', production: 'off' } as const;
    const commit = await remote.publish({ 'flags/flag-0.yaml': flagFile({ serve }) });
    await server.sync();
    const { holds } = await server.admin<RevisionDocument>('GET', `/api/v1/revisions/${commit}`);
    expect(holds).toMatchObject([{ kind: 'unreviewed' }, { kind: 'unreviewed' }]);
    const bo = await made(ada, 'bo@acme.example');
    expect(await ask(bo, `/revisions/${commit}/accept`)).toMatchObject({ json: { code: 'approval-needed' } });
    expect(await grant(ada, await newest())).toMatchObject({ status: 403 });
    expect(await ask(ada, `/revisions/${commit}/accept`)).toMatchObject({
      json: { code: 'approval-needed' },
    });
    expect(await grant(gus, await newest())).toMatchObject({
      status: 403,
      json: { detail: expect.stringContaining('wrote some of it') },
    });
  });

  it('lets an admin of one environment touch keys of that one alone', async () => {
    const key = (more: object) => ask(dee, '/keys', { owner: 'a service', kind: 'server', reason, ...more });
    expect(await key({ environment: 'development' })).toMatchObject({ status: 200 });
    expect(await key({})).toMatchObject({ status: 200 });
    expect(await key({ environment: 'production' })).toMatchObject({ status: 403 });
    expect(await key({ kind: 'admin', owner: 'dee@acme.example', role: 'admin' })).toMatchObject({
      status: 403,
      json: { code: 'not-permitted', detail: expect.stringContaining('key.create') },
    });
    const theirs = ada.split('_')[2];
    expect(await ask(dee, `/keys/${theirs}/revoke`)).toMatchObject({ status: 403 });
    expect(await ask(dee, `/keys/${theirs}/rotate`, { overlapSeconds: 0, reason })).toMatchObject({
      status: 403,
    });
    expect(await ask(ada, '/keys', { kind: 'admin', owner: 'x@acme.example', reason })).toMatchObject({
      status: 200,
    });
  });
});
