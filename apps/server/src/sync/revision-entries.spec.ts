import { connectHost } from '@guidon/git/hosts';
import {
  createGitRemote,
  type FakeHost,
  findSshKeygen,
  flagFile,
  type GitRemote,
  makeSshKey,
  projectFile,
  type SshKey,
  startGitHost,
  startPostgres,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, auditEntries, openQuickStore, type SyncingReplica } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const available = await findSshKeygen();
const serving = (production: 'on' | 'off', development: 'on' | 'off' = 'on') =>
  flagFile({ serve: { development, production } });
const TOO_MANY = { code: 'too-many-files', sentence: 'The flags folder holds too many files.' } as const;

(available ? describe : describe.skip)('the entry of a revision', () => {
  let database: Database;
  let remote: GitRemote;
  let host: FakeHost;
  let replica: SyncingReplica;
  let ada: SshKey;
  let first: string;

  beforeAll(async () => {
    database = await openQuickStore(await startPostgres());
    ada = await makeSshKey();
    host = await startGitHost({ host: 'github', repository: 'acme/shop', token: 't0ken' });
    remote = await createGitRemote({
      files: {
        'flags/guidon.yaml': projectFile().replace('reviews: 0', 'reviews: 1'),
        'flags/allowed_signers': ada.signer('ada@acme.example'),
        'flags/a.yaml': serving('on'),
        'flags/b.yaml': serving('off'),
      },
    });
    first = await remote.head();
    const access = { apiUrl: host.apiUrl, repository: 'acme/shop', token: 't0ken' };
    replica = await aSyncingReplica(database, remote.url, {
      host: { connect: async () => connectHost('github', access) },
      alter: (revision) =>
        revision.subject === 'Add too many files'
          ? { ...revision, refusedTree: TOO_MANY, files: [] }
          : revision,
    });
    await replica.sync.sync();
  });
  afterAll(async () => {
    await replica.worker.stop();
    await database.close();
  });

  /** Ada signs it; who approved its pull request is for the host to say. */
  async function publish(files: { [path: string]: string }, subject: string, approvers: string[]) {
    for (const [path, text] of Object.entries(files)) await remote.person.write(path, text);
    await remote.person.git('add', '--all');
    await remote.person.git(...ada.signing, 'commit', '--quiet', '--allow-empty', `--message=${subject}`);
    await remote.person.push();
    const commit = await remote.head();
    const pull = host.state.add({
      ...{ branch: 'topic', into: 'main', state: 'merged', author: 'ada-l', mergedBy: 'ada-l' },
      ...{ headCommit: commit, mergeCommit: commit },
    });
    for (const login of approvers) pull.reviews.push({ login, state: 'APPROVED' });
    await replica.sync.sync();
    const entry = (await auditEntries(database)).at(-1);
    return { commit, entry };
  }
  const blobOf = async (commit: string, path: string) =>
    (await remote.person.git('rev-parse', `${commit}:flags/${path}`)).trim();

  it('tells of the first one that there was nothing before', async () => {
    const [entry] = await auditEntries(database);
    expect(entry).toMatchObject({
      action: 'revision.publish',
      before: { revision: null, heads: [] },
      after: {
        ...{ revision: first, state: 'accepted', flagCount: 2, fileCount: 4 },
        flags: [
          { flag: 'a', changes: [{ kind: 'flag-added' }] },
          { flag: 'b', changes: [{ kind: 'flag-added' }] },
        ],
      },
      flags: ['a', 'b'],
    });
  });

  it('tells who wrote, signed and approved it, by which pull request, and what it changes from what', async () => {
    const files = { 'flags/a.yaml': serving('off'), 'flags/c.yaml': serving('off', 'off') };
    const { commit, entry } = await publish(files, 'Turn it off', ['Bo']);
    expect(entry).toMatchObject({
      ...{ action: 'revision.publish', commit, flags: ['a', 'c'] },
      git: { authors: ['ada@acme.example'], signers: ['ada@acme.example'], reviewed: true },
      pullRequests: [{ id: '#1', url: expect.stringContaining('/pulls/1') }],
      approvals: [{ by: 'bo', on: 'git-host' }],
      before: {
        revision: first,
        heads: [{ environment: 'development', generation: 1, revision: first }, {}],
      },
      after: {
        ...{ revision: commit, state: 'accepted', flagCount: 2 },
        heads: [{ environment: 'development', generation: 2, revision: commit }, {}],
        flags: [
          { flag: 'a', changes: [{ kind: 'rest', environment: 'production' }] },
          { flag: 'c', changes: [{ kind: 'flag-added' }] },
        ],
        files: [
          {
            path: 'a.yaml',
            before: await blobOf(first, 'a.yaml'),
            after: await blobOf(commit, 'a.yaml'),
          },
          { path: 'c.yaml', before: null, after: await blobOf(commit, 'c.yaml') },
        ],
      },
    });
  });

  it('tells the same of one that is held, and who has not approved it', async () => {
    const { commit, entry } = await publish({ 'flags/b.yaml': serving('off', 'off') }, 'Turn it off', []);
    expect(entry).toMatchObject({
      ...{ action: 'revision.hold', commit },
      git: { authors: ['ada@acme.example'], signers: ['ada@acme.example'], reviewed: false },
      pullRequests: [{ id: '#2' }],
      after: { state: 'held', files: [{ path: 'b.yaml', after: await blobOf(commit, 'b.yaml') }] },
    });
    expect(entry).not.toHaveProperty('approvals');
  });

  it('tells who was behind one that is refused, which changes nothing', async () => {
    const { commit, entry } = await publish({}, 'Add too many files', ['bo']);
    expect(entry).toMatchObject({
      ...{ action: 'revision.reject', commit },
      git: { signers: ['ada@acme.example'] },
      before: { heads: [] },
      after: { revision: commit, state: 'rejected', heads: [], flags: [], files: [], fileCount: 0 },
    });
  });
});
