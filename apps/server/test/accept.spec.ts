import type { NewKeyDocument, RevisionDocument, WavesDocument } from '@guidon/protocol';
import { createGitRemote, flagFile, type GitRemote } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { InProcessServer } from './in-process-server.js';
import { quickDatabase } from './quick-database.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const PROJECT = `project: shop
environments:
  - id: development
  - id: production
    protected: true
    waves: [{ percent: 1, hold: 1h }]
attributes: { country: string }
teams:
  payments: { members: [ada@acme.example] }
access:
  - { role: operator, person: dee@acme.example, environments: [development] }
  - { role: operator, person: pete@acme.example, environments: [production] }
commits: { signatures: optional, reviews: 1, rewrite: refused }
`;
const reason = 'I looked at it';
const flag = (country: string) =>
  flagFile({ serve: { development: 'off', production: 'off' } }).replace(
    'production: off',
    `production: { rules: [{ id: some, when: { country: ${country} }, percent: 5, serve: on }], serve: off }`,
  );

/** The steps of one story: each test goes on where the one before ended. */
describe('given an operator of production alone, and one of development alone', () => {
  const keys = new Map<string, string>();
  let remote: GitRemote;
  let server: InProcessServer;
  let commit: string;

  async function accept(who: string, body: object = { reason }) {
    const answer = await fetch(`${server.url}/api/v1/revisions/${commit}/accept`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.get(who)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: await answer.json() };
  }
  const waves = async () => (await server.admin<WavesDocument>('GET', '/api/v1/waves')).waves;

  beforeAll(async () => {
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': PROJECT, 'flags/checkout.yaml': flag('NO') },
    });
    server = await InProcessServer.start({ gitUrl: remote.url, ...(await quickDatabase()) });
    await server.sync();
    for (const who of ['dee', 'pete']) {
      const body = { kind: 'admin', owner: `${who}@acme.example`, reason };
      keys.set(who, (await server.admin<NewKeyDocument>('POST', '/api/v1/keys', body)).text);
    }
  });
  afterAll(() => server.close());

  test('what only production holds back is let go by the operator of production, and not by the other', async () => {
    commit = await remote.publish({ 'flags/checkout.yaml': flag('DK') });
    await server.sync();
    const { holds } = await server.admin<RevisionDocument>('GET', `/api/v1/revisions/${commit}`);
    expect(holds).toMatchObject([{ kind: 'unreviewed' }]);
    expect(await accept('dee')).toMatchObject({ status: 403, json: { code: 'not-permitted' } });
    expect(await accept('pete')).toMatchObject({ status: 200, json: { state: 'accepted' } });
    expect(await waves()).toMatchObject([{ environment: 'production', candidate: { revision: commit } }]);
  });

  test('what a wave took back there is let go by the same', async () => {
    const [wave] = await waves();
    await server.admin('POST', `/api/v1/waves/${wave?.id}/roll-back`, { reason });
    expect(await waves()).toEqual([]);
    expect(await accept('dee')).toMatchObject({ status: 403, json: { code: 'not-permitted' } });
    expect(await accept('pete')).toMatchObject({ status: 200 });
    expect(await waves()).toMatchObject([{ environment: 'production', candidate: { revision: commit } }]);
  });
});
