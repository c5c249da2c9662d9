import type { DriftDocument, RevisionDocument, RollbackAnswer } from '@guidon/protocol';
import { createGitRemote, flagFile, type GitRemote, projectFile, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { BuiltServer } from './built-server.js';
import { quickDatabase } from './quick-database.js';

jest.setTimeout(120_000);

const OFF = flagFile({ serve: { development: 'off', production: 'off' } });
const ON = flagFile({ serve: { development: 'on', production: 'off' } });

/** The steps of one story: each test goes on where the one before ended. */
describe('given a built server and a person with an admin key', () => {
  let remote: GitRemote;
  let server: BuiltServer;
  let first: string;
  let second: string;

  const drift = () => server.admin<DriftDocument>('GET', '/api/v1/drift');

  beforeAll(async () => {
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': OFF, 'flags/login.yaml': OFF },
    });
    first = await remote.head();
    server = await BuiltServer.prepare({ gitUrl: remote.url, ...(await quickDatabase()) });
    await server.start();
    await server.sync();
  });

  afterAll(() => server.stop());

  test('tells that what was merged is what is served, also as a header and a metric', async () => {
    await waitUntil(async () => (await drift()).replicas.length === 1);
    expect(await drift()).toMatchObject({
      inSync: true,
      reasons: [],
      desired: { branch: 'main', commit: first },
      judged: { commit: first, state: 'accepted' },
      environments: [{ environment: 'development' }, { environment: 'production' }],
    });
    expect((await fetch(`${server.url}/readyz`)).headers.get('guidon-drift')).toBe('0');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('guidon_in_sync 1');
    expect(metrics).toContain('guidon_environment_generation{environment="development"} 1');
  });

  test('goes back to an earlier revision at once, says so everywhere, and stays ready', async () => {
    second = await remote.publish({ 'flags/checkout.yaml': ON }, 'Turn it on');
    await server.sync();
    expect(await server.evaluate('checkout')).toMatchObject({ value: true });
    const body = { environments: ['development'], reason: 'It burns.' };
    const path = `/api/v1/revisions/${first.slice(0, 12)}/rollback`;
    expect(await server.admin<RollbackAnswer>('POST', path, body)).toEqual({
      commit: first,
      environments: [{ environment: 'development', generation: 3, waiting: second }],
      alreadyPinned: false,
    });
    expect(await server.evaluate('checkout')).toMatchObject({ value: false });
    expect(await server.admin<RollbackAnswer>('POST', path, body)).toMatchObject({ alreadyPinned: true });
    expect(await server.admin('GET', '/api/v1/proposals')).toMatchObject({
      proposals: [{ kind: 'rollback', rollbackTo: first, branch: `guidon/rollback-${first.slice(0, 12)}` }],
    });
    const told = await drift();
    expect(told.inSync).toBe(false);
    expect(told.overrides).toMatchObject([{ kind: 'pin', id: first, reason: 'It burns.' }]);
    expect(told.environments[0]?.waiting).toMatchObject({ why: 'pinned', revision: second });
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, Number(ready.headers.get('guidon-drift'))]).toEqual([200, told.reasons.length]);
  });

  test('goes on serving the earlier revision after a restart, with Git away', async () => {
    await server.kill();
    await remote.person.git('gc', '--quiet');
    await server.start();
    expect(await server.evaluate('checkout')).toMatchObject({ value: false });
    expect((await drift()).overrides).toMatchObject([{ kind: 'pin', id: first }]);
  });

  test('lists revisions with where they are served, and goes back to what Git says when asked', async () => {
    const { revisions } = await server.admin<{ revisions: RevisionDocument[] }>('GET', '/api/v1/revisions');
    expect(revisions.map(({ commit, servedIn }) => [commit, servedIn])).toEqual([
      [second, []],
      [first, ['development', 'production']],
    ]);
    const unpin = { environments: 'all', reason: 'It is mended.' };
    expect(await server.admin('POST', '/api/v1/revisions/unpin', unpin)).toEqual({
      environments: ['development'],
    });
    expect(await server.evaluate('checkout')).toMatchObject({ value: true });
  });

  test('refuses what cannot be meant, each with its own code and a way on', async () => {
    const ask = async (path: string, body: object) => {
      const answer = await fetch(`${server.url}/api/v1/revisions/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.keys.admin}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return ((await answer.json()) as { code: string }).code;
    };
    const rollback = { environments: 'all', reason: 'It burns.' };
    expect(await ask('abcdef012/rollback', rollback)).toBe('revision-not-found');
    expect(await ask('HEAD/rollback', rollback)).toBe('request-invalid');
    expect(await ask(`${first}/rollback`, { environments: ['nowhere'], reason: 'It burns.' })).toBe(
      'environment-not-found',
    );
    expect(await ask(`${first}/rollback`, { environments: 'all' })).toBe('request-invalid');
    expect(await ask(`${second}/accept`, { reason: 'I looked at it.' })).toBe('revision-not-held');
  });
});
