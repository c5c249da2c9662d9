import { type FakeHost, type HostName, startGitHost } from '@guidon/testkit';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { connectHost, type GitHost, HostError, repositoryOf } from './index.js';

/** The fakes obey the hosts' published documents (libs/testkit/src/git-host/documents.ts) and refuse every other call. */
const TOKEN = 'glpat-secret-of-a-test';
const COMMIT = 'c'.repeat(40);
const REQUEST = { branch: 'guidon/kill-a', into: 'main', title: 'Kill a', body: 'Because.' };

let fake: FakeHost;
let host: GitHost;

async function failureOf(work: Promise<unknown>): Promise<HostError> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof HostError)) throw new Error(`Expected a HostError, got ${String(error)}`);
  return error;
}

function connect(kind: HostName, changes: object = {}): GitHost {
  return connectHost(kind, { apiUrl: fake.apiUrl, repository: 'acme/shop', token: TOKEN, ...changes });
}

describe.each<HostName>(['github', 'gitlab', 'gitea'])('%s', (kind) => {
  beforeEach(async () => {
    fake = await startGitHost({ host: kind, repository: 'acme/shop', token: TOKEN });
    host = connect(kind);
  });

  it('opens a proposal once, also when somebody is quicker between the look and the call', async () => {
    const first = await host.openProposal(REQUEST);
    expect(first).toEqual({
      number: 1,
      url: expect.stringMatching(/^https:\/\/host\.example\/acme\/shop\//),
      branch: 'guidon/kill-a',
      into: 'main',
    });
    expect(await host.openProposal(REQUEST)).toEqual(first);
    expect(fake.state.pulls).toMatchObject([{ title: 'Kill a', body: 'Because.' }]);
    const other = { ...REQUEST, branch: 'guidon/kill-b' };
    fake.answerWith((call) => {
      if (!call.startsWith('POST')) return undefined;
      fake.state.add({ branch: other.branch, into: other.into, title: 'Quicker' });
      fake.answerWith(undefined);
      return undefined;
    });
    expect((await host.openProposal(other)).number).toBe(2);
    expect(fake.state.pulls).toHaveLength(2);
    expect(fake.refusals).toEqual([]);
  });

  it('finds its own open proposal among many, and none of a fork or into another branch', async () => {
    for (let count = 0; count < 120; count++) fake.state.add({ branch: `topic-${count}`, into: 'main' });
    fake.state.add({ branch: REQUEST.branch, into: 'main', isFork: true });
    fake.state.add({ branch: REQUEST.branch, into: 'release' });
    fake.state.add({ branch: REQUEST.branch, into: 'main', state: 'closed' });
    expect(await host.findProposal(REQUEST.branch, 'main')).toBeUndefined();
    const mine = fake.state.add({ branch: REQUEST.branch, into: 'main' });
    expect((await host.findProposal(REQUEST.branch, 'main'))?.number).toBe(mine.number);
    expect(fake.refusals).toEqual([]);
  });

  it('tells whether a proposal is open, merged or closed, and closes one once', async () => {
    const { number } = await host.openProposal(REQUEST);
    expect(await host.proposalState(number)).toBe('open');
    await host.closeProposal(number);
    expect(await host.proposalState(number)).toBe('closed');
    await host.closeProposal(number);
    expect(fake.calls.filter((call) => /^(PUT|PATCH)/.test(call))).toHaveLength(1);
    const merged = fake.state.add({ branch: 'x', into: 'main', state: 'merged' });
    await host.closeProposal(merged.number);
    expect(await host.proposalState(merged.number)).toBe('merged');
    expect((await failureOf(host.proposalState(99))).kind).toBe('not-found');
    expect(fake.refusals).toEqual([]);
  });

  it('names who approved what was merged, but neither the author nor who took it back', async () => {
    const pull = { branch: 'topic', into: 'main', state: 'merged', author: 'ada', mergedBy: 'gus' } as const;
    fake.state.add({
      ...pull,
      mergeCommit: COMMIT,
      reviews: [
        { login: 'ada', state: 'APPROVED' },
        { login: 'bo', state: 'APPROVED' },
        { login: 'cy', state: 'APPROVED' },
        { login: 'cy', state: 'CHANGES_REQUESTED' },
        { login: 'di', state: 'CHANGES_REQUESTED' },
        { login: 'di', state: 'APPROVED', commit: 'e'.repeat(40) },
        { login: 'ed', state: 'COMMENTED' },
      ],
    });
    const answer = await host.approvalsOf(COMMIT, 'main');
    expect(answer).toMatchObject({
      author: 'ada',
      mergedBy: 'gus',
      proposal: { number: 1, branch: 'topic' },
    });
    // GitLab does not say to what an approval was given.
    const current = (isCurrent: boolean) => (kind === 'gitlab' ? {} : { isCurrent });
    expect(answer?.approvals).toEqual([
      { login: 'bo', ...current(true) },
      { login: 'di', ...current(false) },
    ]);
    expect(await host.approvalsOf(COMMIT, 'release')).toBeUndefined();
    expect(await host.approvalsOf('d'.repeat(40), 'main')).toBeUndefined();
    expect(fake.refusals).toEqual([]);
  });

  it('posts a status, cut to what every host takes', async () => {
    const status = { state: 'failure', name: 'guidon/flags', url: 'https://guidon.example/' } as const;
    await host.setCommitStatus(COMMIT, { ...status, description: `3 findings\n${'x'.repeat(300)}` });
    expect(fake.state.statuses).toEqual([
      {
        commit: COMMIT,
        state: kind === 'gitlab' ? 'failed' : 'failure',
        name: 'guidon/flags',
        url: 'https://guidon.example/',
        description: expect.stringMatching(/^3 findings x{128}…$/),
      },
    ]);
    expect(fake.refusals).toEqual([]);
  });

  it('refuses what is no full commit or no repository before it calls', async () => {
    for (const commit of ['main', 'abc', '../../../user'])
      expect(
        (await failureOf(host.setCommitStatus(commit, { state: 'success', name: 'g', description: '' })))
          .kind,
      ).toBe('refused');
    for (const repository of ['shop', 'acme/..', 'acme/a b', '/shop', 'acme/shop?x'])
      expect(() => connect(kind, { repository })).toThrow(HostError);
    expect(fake.calls).toEqual([]);
  });

  it('says that the token is refused, without the token', async () => {
    const error = await failureOf(connect(kind, { token: 'wrong-token' }).findProposal('a', 'main'));
    expect(error).toMatchObject({ kind: 'auth', status: 401 });
    fake.answerWith({ status: 403, body: { message: `no rights for ${TOKEN}` } });
    const denied = await failureOf(host.openProposal(REQUEST));
    expect(denied.kind).toBe('auth');
    expect(denied.message).not.toContain(TOKEN);
    expect(denied.message).toContain('403');
  });

  it('takes a repository that the token may not see for one that is not there, and says so', async () => {
    const error = await failureOf(connect(kind, { repository: 'acme/secret' }).findProposal('a', 'main'));
    expect(error).toMatchObject({ kind: 'not-found', status: 404 });
    expect(error.message).toContain('may not see');
  });

  it('tells a rate limit from a refusal, and when to come back', async () => {
    fake.answerWith({ status: 429, headers: { 'retry-after': '7' } });
    expect(await failureOf(host.findProposal('a', 'main'))).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 7000,
    });
    fake.answerWith({ status: 403, headers: { 'x-ratelimit-remaining': '0' } });
    expect((await failureOf(host.findProposal('a', 'main'))).kind).toBe('rate-limited');
  });

  it('follows no redirect', async () => {
    const elsewhere = await startGitHost({ host: kind, repository: 'acme/shop', token: TOKEN });
    for (const status of [301, 302, 307, 308]) {
      fake.answerWith({ status, headers: { location: `${elsewhere.apiUrl}/repos` } });
      expect((await failureOf(host.findProposal('a', 'main'))).kind).toBe('refused');
    }
    expect(elsewhere.calls).toEqual([]);
  });

  it('takes no answer for granted', async () => {
    for (const body of ['<html>', '', 'null', '{}', '[1]', '[{"number":"x"}]', '[{}]']) {
      fake.answerWith({ status: 200, body });
      expect((await failureOf(host.findProposal('a', 'main'))).kind).toBe('bad-answer');
    }
    fake.answerWith({ status: 200, body: 'x'.repeat(6 * 1_048_576) });
    expect((await failureOf(host.findProposal('a', 'main'))).message).toContain('longer than');
    fake.answerWith({ status: 502, body: 'Bad gateway' });
    expect((await failureOf(host.findProposal('a', 'main'))).kind).toBe('failed');
  });

  it('gives up in time, and says that nobody is there', async () => {
    const silent: typeof fetch = (_url, init) =>
      new Promise((_done, fail) => init?.signal?.addEventListener('abort', () => fail(init.signal?.reason)));
    const error = await failureOf(connect(kind, { fetch: silent, timeoutMs: 5 }).findProposal('a', 'main'));
    expect(error.kind).toBe('time-out');
    await fake.close();
    expect((await failureOf(host.findProposal('a', 'main'))).kind).toBe('unreachable');
  });
});

it('sends a token over https or loopback only', () => {
  const connection = { repository: 'acme/shop', token: TOKEN };
  for (const apiUrl of [
    'http://git.example',
    'ftp://git.example',
    'https://u:p@git.example',
    'x',
    'https://a/?b',
  ])
    expect(() => connectHost('gitea', { ...connection, apiUrl })).toThrow(HostError);
  expect(connectHost('gitea', { ...connection, apiUrl: 'https://git.example/api/v1/' }).kind).toBe('gitea');
});

it('keeps an answer that GitLab refuses because it is so already', async () => {
  fake = await startGitHost({ host: 'gitlab', repository: 'acme/shop/flags', token: TOKEN });
  host = connect('gitlab', { repository: 'acme/shop/flags' });
  const message = 'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition)';
  fake.answerWith({ status: 400, body: { message } });
  await host.setCommitStatus(COMMIT, { state: 'pending', name: 'g', description: 'waits' });
  expect(fake.calls).toEqual([`POST /api/v4/projects/acme%2Fshop%2Fflags/statuses/${COMMIT}`]);
});

it('reads the repository out of a Git URL', () => {
  expect(repositoryOf('https://github.com/acme/shop.git')).toBe('acme/shop');
  expect(repositoryOf('ssh://git@gitlab.example/acme/sub/shop')).toBe('acme/sub/shop');
  expect(repositoryOf('file:///srv/shop.git')).toBeUndefined();
});
