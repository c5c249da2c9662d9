import { createGitRemote, flagFile, type GitRemote, projectFile, startPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { InProcessServer } from './in-process-server.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const postgres = await startPostgres();
const WAVES = '[{ percent: 1, hold: 1h }, { percent: 50, hold: 1h }]';
const reason = 'a test wants it';
const serving = (production: 'on' | 'off') => flagFile({ serve: { development: 'on', production } });

let remote: GitRemote;
let server: InProcessServer;
let first: string;

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly json: Record<string, never>;
}

async function ask(
  method: 'GET' | 'POST',
  path: string,
  ifMatch?: string,
  body: object = { reason },
): Promise<Answer> {
  const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  const answer = await server.call(method, path, method === 'GET' ? { headers } : { headers, body });
  return {
    status: answer.status,
    etag: answer.headers.get('etag'),
    json: (await answer.json()) as Answer['json'],
  };
}

const act = (path: string, body: object) => server.admin<Record<string, never>>('POST', path, body);
const press = (flag: string) =>
  act('/api/v1/red-button', { scope: { flag }, environments: ['production'], reason });

/** The id under which the revival that an operator wants waits for somebody else. */
async function waitingRevival(flag: string): Promise<string> {
  const { id } = await press(flag);
  const operator = { kind: 'admin', owner: 'otto@acme.example', role: 'operator', reason };
  const { text } = await act('/api/v1/keys', operator);
  const headers = { authorization: `Bearer ${text}` };
  const answer = await server.call('POST', `/api/v1/red-button/${id}/revive`, { body: { reason }, headers });
  const { detail } = (await answer.json()) as { detail: string };
  return /guidon approve (\w+)/.exec(detail)?.[1] ?? detail;
}

interface Resource {
  readonly name: string;
  /** Brings it about, and gives its path. */
  prepare(): Promise<string>;
  readonly act: string;
  readonly body?: object;
  /** What the refusal says that it has become. */
  readonly now: RegExp;
}

const machine = { kind: 'server', owner: 'checkout service', reason };

/** In an order in which each finds what it needs. */
const RESOURCES: readonly Resource[] = [
  {
    name: 'a key that is revoked',
    prepare: async () => `/api/v1/keys/${(await act('/api/v1/keys', machine)).id}`,
    ...{ act: 'revoke', now: /^Key \w+ is not as you read it: it is revoked/ },
  },
  {
    name: 'a key that is changed for another',
    prepare: async () => `/api/v1/keys/${(await act('/api/v1/keys', machine)).id}`,
    ...{ act: 'rotate', body: { overlapSeconds: 60, reason }, now: /is active until .* and replaced by/ },
  },
  {
    name: 'a kill',
    prepare: async () => `/api/v1/red-button/${(await press('login')).id}`,
    ...{ act: 'revive', now: /was revived by key:/ },
  },
  {
    name: 'what waits for a second person',
    prepare: async () => `/api/v1/approvals/${await waitingRevival('search')}`,
    ...{ act: 'grant', now: /is granted by break-glass/ },
  },
  {
    name: 'a held revision',
    async prepare() {
      const project = projectFile({ waves: WAVES }).replace('jumpPoints: 10', 'jumpPoints: 20');
      const commit = await remote.publish({ 'flags/guidon.yaml': project }, 'Raise a limit');
      await server.sync();
      return `/api/v1/revisions/${commit}`;
    },
    ...{ act: 'accept', now: /was accepted by somebody else|is accepted/ },
  },
  {
    name: 'a wave',
    async prepare() {
      await remote.publish({ 'flags/checkout.yaml': serving('off') }, 'Turn it off');
      await server.sync();
      const { waves } = await server.admin<{ waves: { id: string }[] }>('GET', '/api/v1/waves');
      return `/api/v1/waves/${waves[0]?.id}`;
    },
    ...{ act: 'advance', now: /stands at stage 1/ },
  },
  {
    name: 'a revision that is gone back to',
    prepare: async () => `/api/v1/revisions/${first}`,
    ...{ act: 'rollback', body: { environments: ['production'], reason }, now: /pinned in production/ },
  },
];

beforeAll(async () => {
  remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile({ waves: WAVES }),
      'flags/checkout.yaml': serving('on'),
      'flags/login.yaml': flagFile(),
      'flags/search.yaml': flagFile(),
    },
  });
  first = await remote.head();
  const databaseUrl = postgres === undefined ? {} : { databaseUrl: (await postgres.createDatabase()).url };
  server = await InProcessServer.start({ gitUrl: remote.url, ...databaseUrl });
  await server.sync();
});

afterAll(() => server.close());

describe.each(RESOURCES)('$name', ({ prepare, act: deed, body, now }) => {
  it('is changed by one of two requests that read the same, and the other hears what it has become', async () => {
    const path = await prepare();
    const read = await ask('GET', path);
    expect(read).toMatchObject({ status: 200, etag: expect.stringMatching(/^"[\w-]{22}"$/) });
    const stale = await ask('POST', `${path}/${deed}`, '"4f2a9c1b", W/"4f2a9c1b"', body);
    expect(stale).toMatchObject({ status: 412, json: { code: 'precondition-failed' } });
    // Nothing was changed by it, so the tag is still the one that was read.
    expect((await ask('GET', path)).etag).toBe(read.etag);

    const list = `"other", ${read.etag}`;
    const both = await Promise.all([1, 2].map(() => ask('POST', `${path}/${deed}`, list, body)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const refused = both.find(({ status }) => status === 412)?.json ?? {};
    expect(refused).toMatchObject({ code: 'precondition-failed', detail: expect.stringMatching(now) });
  });
});

describe('If-Match', () => {
  it('with * asks only that the thing is there', async () => {
    const { id } = await act('/api/v1/keys', machine);
    expect(await ask('POST', `/api/v1/keys/${id}/revoke`, '*')).toMatchObject({ status: 200 });
    expect(await ask('POST', '/api/v1/keys/nosuchkey/revoke', '*')).toMatchObject({
      ...{ status: 404, json: { code: 'key-not-found' } },
    });
  });

  it('is refused where it is no list of entity tags, before anything happens', async () => {
    const { id } = await act('/api/v1/keys', machine);
    for (const header of ['4f2a9c1b', '"half', '*, "a"', '""x', `"${'a'.repeat(3000)}"`]) {
      const { status, json } = await ask('POST', `/api/v1/keys/${id}/revoke`, header);
      expect([header, status, json]).toMatchObject([header, 400, { code: 'request-invalid' }]);
      expect(json).toMatchObject({ violations: [{ pointer: 'header.if-match' }] });
    }
    expect(await ask('GET', `/api/v1/keys/${id}`)).toMatchObject({ json: { state: 'active' } });
  });

  it('is refused where nothing has a tag, since a condition that nobody looks at must not seem to hold', async () => {
    const made = await ask('POST', '/api/v1/keys', '*', machine);
    expect(made).toMatchObject({ status: 400, json: { code: 'request-invalid' } });
  });

  it('may be left out', async () => {
    const { id } = await act('/api/v1/keys', machine);
    await act(`/api/v1/keys/${id}/revoke`, { reason });
    expect(await ask('POST', `/api/v1/keys/${id}/revoke`)).toMatchObject({ status: 200 });
  });

  it('does not stand in the way of a repeated request', async () => {
    const { id } = await act('/api/v1/keys', machine);
    const { etag } = await ask('GET', `/api/v1/keys/${id}`);
    const headers = { 'if-match': etag ?? '', 'idempotency-key': 'the-same-twice' };
    const send = () => server.call('POST', `/api/v1/keys/${id}/revoke`, { body: { reason }, headers });
    const answers = [await send(), await send()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});
