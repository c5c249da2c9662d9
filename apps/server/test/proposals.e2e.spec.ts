import { symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProposalDocument } from '@guidon/protocol';
import {
  createGitRemote,
  type FakeHost,
  type GitRemote,
  projectFile,
  runGit,
  serveGitOverHttp,
  startGitHost,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BuiltServer } from './built-server.js';
import { quickDatabase } from './quick-database.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(180_000);

/** The built server, a real remote, a press over HTTP; the branch is looked at with git on the remote itself. */
const TOKEN = 'github_pat_of_a_test';
const BRANCH = 'guidon/kill-checkout';
const FLAG = `# The new checkout. Ask #payments first.
type: release
owner: payments # the team
description: A flag for a test
expires: 2099-12-31
safe: off # when killed
environments:
  production: off
  # everybody may try
  development:
    rules: # first match wins
      # the pilot
      - { id: pilot, when: { country: [NO] }, serve: on } # Norway
    serve: on # the rest
`;
const EDITED = FLAG.replace(
  '# first match wins\n',
  '# first match wins\n      - { id: killed, when: { now: { exists: true } }, serve: off }\n',
);

let remote: GitRemote;
let server: BuiltServer;

const tip = () => runGit(remote.folder, ['rev-parse', '--verify', '--quiet', BRANCH]).catch(() => undefined);
const list = async () =>
  (await server.admin<{ proposals: ProposalDocument[] }>('GET', '/api/v1/proposals')).proposals;

async function expectOneLine(): Promise<void> {
  await waitUntil(tip, { timeoutMs: 60_000, what: 'the branch is on the remote' });
  expect(await runGit(remote.folder, ['diff', '--stat', `main...${BRANCH}`])).toBe(
    ' flags/pay/checkout.yaml | 1 +\n 1 file changed, 1 insertion(+)',
  );
  expect(`${await runGit(remote.folder, ['show', `${BRANCH}:flags/pay/checkout.yaml`])}\n`).toBe(EDITED);
}

async function makeRemote(): Promise<void> {
  remote = await createGitRemote({
    files: { 'flags/guidon.yaml': projectFile(), 'flags/pay/checkout.yaml': FLAG },
  });
}

describe('over smart HTTP, with a host', () => {
  let host: FakeHost;

  afterAll(() => server?.kill());
  beforeAll(async () => {
    await makeRemote();
    host = await startGitHost({ host: 'github', repository: 'acme/flags', token: TOKEN });
    // The address of a repository at a host has the owner in it.
    await symlink(dirname(remote.folder), join(dirname(remote.folder), 'acme'));
    const git = await serveGitOverHttp(remote, { token: TOKEN });
    const tokenFile = join(await temporaryFolder('guidon-token'), 'token');
    await writeFile(tokenFile, `${TOKEN}\n`);
    server = await BuiltServer.prepare({
      gitUrl: `${new URL(git.url).origin}/acme/${basename(remote.folder)}`,
      env: {
        GUIDON_GIT_HOST: 'github',
        GUIDON_GIT_API_URL: host.apiUrl,
        GUIDON_GIT_TOKEN_FILE: tokenFile,
      },
      ...(await quickDatabase()),
    });
    await server.start();
  });

  it('shows a kill as a pull request of one line, takes it back, and tells how commits were judged', async () => {
    const { id } = await server.press({ flag: 'checkout' }, { reason: 'Payments fail' });
    expect(await server.evaluate('checkout')).toMatchObject({ variant: 'off' });
    await expectOneLine();
    const pull = await waitUntil(() => host.state.pulls[0], { timeoutMs: 30_000, what: 'the pull request' });
    expect(pull).toMatchObject({ title: 'Turn checkout off in development', branch: BRANCH, into: 'main' });
    expect(pull.body).toContain('Payments fail');
    expect(await list()).toMatchObject([
      { state: 'open', flag: 'checkout', branch: BRANCH, commit: await tip() },
    ]);
    expect(host.state.statuses).toMatchObject([
      { commit: await remote.head(), name: 'guidon/flags', state: 'success' },
    ]);
    await server.revive(id as string);
    await waitUntil(async () => (await tip()) === undefined, {
      timeoutMs: 60_000,
      what: 'the branch is gone',
    });
    expect(pull.state).toBe('closed');
    await server.press({ flag: 'checkout' });
    await waitUntil(() => host.state.pulls[1], { timeoutMs: 30_000, what: 'a new pull request' });
    expect(host.refusals).toEqual([]);
    expect(server.lines.join('\n')).not.toContain(TOKEN);
  });
});

describe('over file://, without a host', () => {
  afterAll(() => server?.kill());
  beforeAll(async () => {
    await makeRemote();
    server = await BuiltServer.prepare({ gitUrl: remote.url });
    await server.start();
  });

  it('keeps what a press wanted over a crash', async () => {
    await server.press({ flag: 'checkout' });
    await server.kill();
    await server.start();
    expect(await server.evaluate('checkout')).toMatchObject({ variant: 'off' });
    await expectOneLine();
  });

  it('takes proposals by hand, and says what is wrong with a request', async () => {
    const asked = {
      kind: 'extend-expiry',
      flag: 'checkout',
      until: '2100-12-31',
      reason: 'The team is away',
    };
    const made = await server.admin<ProposalDocument>('POST', '/api/v1/proposals', asked);
    expect(made).toMatchObject({ state: 'wanted', branch: 'guidon/extend-expiry-checkout' });
    const opened = await waitUntil(
      async () => {
        const now = await server.admin<ProposalDocument>('GET', `/api/v1/proposals/${made.id}`);
        return now.state === 'open' ? now : undefined;
      },
      { timeoutMs: 60_000, what: 'the proposal is open' },
    );
    expect(await runGit(remote.folder, ['diff', '--numstat', `main...${opened.branch}`])).toBe(
      '1\t1\tflags/pay/checkout.yaml',
    );
    for (const [body, words] of [
      [{ ...asked, flag: 'chekout' }, /flag-not-found.*Did you mean \\"checkout\\"/],
      [{ ...asked, kind: 'archive', until: undefined }, /say which one stays: off, on/],
      [{ ...asked, until: undefined }, /say until which day/],
    ] as const)
      await expect(server.admin('POST', '/api/v1/proposals', body)).rejects.toThrow(words);
    await expect(server.admin('GET', '/api/v1/proposals/01NOPE')).rejects.toThrow(/proposal-not-found/);
    const denied = await fetch(`${server.url}/api/v1/proposals`, {
      headers: { authorization: `Bearer ${server.keys.server}` },
    });
    expect(denied.status).toBe(403);
  });
});
