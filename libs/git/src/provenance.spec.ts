import { execFileSync } from 'node:child_process';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createGitRemote,
  findSshKeygen,
  type GitRemote,
  makeSshKey,
  type SshKey,
  temporaryFolder,
} from '@guidon/testkit';
import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openMirror } from './mirror.js';
import type { Mirror, Provenance } from './mirror-types.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const available = await findSshKeygen();

(available ? describe : describe.skip)('signatures of commits', () => {
  let ada: SshKey;
  let bo: SshKey;
  let remote: GitRemote;
  let from: string;

  beforeAll(async () => {
    ada = await makeSshKey();
    bo = await makeSshKey();
  });
  beforeEach(async () => {
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': 'project: acme-shop\n' } });
    from = await remote.head();
  });

  async function commit(
    key: SshKey | undefined,
    text: string,
    more: readonly string[] = [],
  ): Promise<string> {
    const { person } = remote;
    await person.write('flags/a.yaml', text);
    await person.git('add', '--all');
    await person.git(...(key?.signing ?? []), 'commit', '--quiet', `--message=${text}`, ...more);
    return person.git('rev-parse', 'HEAD');
  }

  async function provenance(
    allowedSigners: string,
    at: { nowMs?: number; mirror?: Mirror } = {},
  ): Promise<Provenance> {
    await remote.person.push({ force: true });
    const mirror = at.mirror ?? (await openMirror({ url: remote.url, directory: await temporaryFolder() }));
    const to = await mirror.fetchHead();
    return mirror.provenance({ from, to, allowedSigners, nowMs: at.nowMs ?? Date.now() });
  }

  async function kinds(allowedSigners: string, nowMs?: number): Promise<string[]> {
    const { commits } = await provenance(allowedSigners, nowMs === undefined ? {} : { nowMs });
    return commits.map(({ signature }) => signature.kind);
  }

  it('names the allowed signer of a commit, whatever its author claims', async () => {
    const id = await commit(ada, 'one', ['--author=Eve <eve@acme.example>']);
    const { commits, isComplete } = await provenance(ada.signer('ada@acme.example'));
    expect(isComplete).toBe(true);
    expect(commits).toEqual([
      {
        commit: id,
        parents: [from],
        author: { name: 'Eve', email: 'eve@acme.example' },
        committer: { name: 'Ada', email: 'ada@acme.example' },
        subject: 'one',
        timeMs: expect.any(Number),
        signature: {
          kind: 'good',
          principal: 'ada@acme.example',
          fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
        },
        isEditedMerge: false,
      },
    ]);
  });

  it('looks at every commit of a push, oldest first, and finds the unsigned one and the stranger', async () => {
    await commit(ada, 'one');
    await commit(undefined, 'two');
    await commit(bo, 'three');
    await commit(ada, 'four');
    expect(await kinds(ada.signer('ada@acme.example'))).toEqual(['good', 'none', 'unknown-signer', 'good']);
    expect(await kinds('')).toEqual(['unknown-signer', 'none', 'unknown-signer', 'unknown-signer']);
  });

  it('knows nobody whom the same commit adds to the allowed signers', async () => {
    await remote.person.write(
      'flags/allowed_signers',
      ada.signer('ada@acme.example') + bo.signer('bo@acme.example'),
    );
    await commit(bo, 'one');
    expect(await kinds(ada.signer('ada@acme.example'))).toEqual(['unknown-signer']);
  });

  it('refuses a key that is over, also where the commit claims to be older, and one for other uses', async () => {
    const over = ada.signer('ada@acme.example', 'valid-before="20250101Z"');
    await remote.person.write('flags/a.yaml', 'one');
    await remote.person.git('add', '--all');
    const early = { GIT_COMMITTER_DATE: '2024-06-01T12:00:00Z', GIT_AUTHOR_DATE: '2024-06-01T12:00:00Z' };
    execFileSync(
      'git',
      [...ada.signing, '-c', 'user.name=A', '-c', 'user.email=a@x.example', 'commit', '-qm', 'early'],
      {
        cwd: remote.person.folder,
        env: { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', ...early },
      },
    );
    expect(await kinds(over)).toEqual(['expired-signer']);
    expect(await kinds(over, Date.parse('2024-07-01T00:00:00Z'))).toEqual(['good']);
    expect(await kinds(ada.signer('ada@acme.example', 'namespaces="file"'))).toEqual(['bad']);
  });

  it('finds a signature that was moved to another commit', async () => {
    const id = await commit(ada, 'one');
    const raw = execFileSync('git', ['cat-file', 'commit', id], { cwd: remote.person.folder }).toString();
    const forged = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
      cwd: remote.person.folder,
      input: raw.replace(/\none\n$/, '\ntwo\n'),
    });
    await remote.person.git('reset', '--quiet', '--hard', forged.toString().trim());
    expect(await kinds(ada.signer('ada@acme.example'))).toEqual(['bad']);
  });

  it('holds signatures of other forms for foreign and starts no program for them', async () => {
    const id = await commit(undefined, 'one');
    const raw = execFileSync('git', ['cat-file', 'commit', id], { cwd: remote.person.folder }).toString();
    const pgp = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----';
    const made = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
      cwd: remote.person.folder,
      input: raw.replace('\n\n', `\n${pgp}\n\n`),
    });
    await remote.person.git('reset', '--quiet', '--hard', made.toString().trim());
    const { commits } = await provenance(ada.signer('ada@acme.example'));
    expect(commits[0]?.signature).toEqual({ kind: 'foreign', format: 'OpenPGP' });
  });

  it('reads a merge with everything that it brings in, and who made the merge', async () => {
    await remote.person.git('checkout', '--quiet', '-b', 'topic');
    const topic = await commit(bo, 'topic');
    await remote.person.git('checkout', '--quiet', 'main');
    await remote.person.git(...ada.signing, 'merge', '--quiet', '--no-ff', '--message=Merge topic', 'topic');
    const { commits } = await provenance(ada.signer('ada@acme.example') + bo.signer('bo@acme.example'));
    expect(commits.map(({ subject, parents, signature }) => [subject, parents, signature])).toMatchObject([
      ['topic', [from], { principal: 'bo@acme.example' }],
      ['Merge topic', [from, topic], { principal: 'ada@acme.example' }],
    ]);
  });

  it('tells a merge that git could have made from one in which somebody wrote something', async () => {
    const { person } = remote;
    await person.git('checkout', '--quiet', '-b', 'topic');
    await commit(ada, 'topic');
    await person.git('checkout', '--quiet', 'main');
    await person.write('flags/b.yaml', 'main');
    await person.git('add', '--all');
    await person.git('commit', '--quiet', '--message=main');
    await person.git('merge', '--quiet', '--no-ff', '--message=Merge', 'topic');
    const merges = async () =>
      (await provenance('')).commits
        .filter(({ parents }) => parents.length > 1)
        .map((it) => it.isEditedMerge);
    expect(await merges()).toEqual([false]);
    await person.write('flags/c.yaml', 'smuggled in');
    await person.git('add', '--all');
    await person.git('commit', '--quiet', '--amend', '--no-edit');
    expect(await merges()).toEqual([true]);
  });

  it('says in one sentence that a machine cannot verify, and leaves nothing behind', async () => {
    await commit(ada, 'one');
    const bin = await temporaryFolder();
    const path = execFileSync('sh', ['-c', 'command -v git']).toString().trim();
    await symlink(path, join(bin, 'git'));
    const directory = await temporaryFolder();
    const mirror = await openMirror({ url: remote.url, directory, inherited: { PATH: bin } });
    const { commits } = await provenance(ada.signer('ada@acme.example'), { mirror });
    expect(commits[0]?.signature).toEqual({
      kind: 'unverifiable',
      sentence: expect.stringMatching(/^This machine has no ssh-keygen/),
    });
    expect((await readdir(directory)).sort()).toEqual(['home', 'repository.git']);
  });

  it('looks only at the commit itself where nothing was accepted before', async () => {
    await commit(undefined, 'one');
    const id = await commit(ada, 'two');
    await remote.person.push();
    const mirror = await openMirror({ url: remote.url, directory: await temporaryFolder() });
    const to = await mirror.fetchHead();
    const allowedSigners = ada.signer('ada@acme.example');
    const { commits } = await mirror.provenance({ from: undefined, to, allowedSigners, nowMs: Date.now() });
    expect(commits.map((it) => [it.commit, it.signature.kind])).toEqual([[id, 'good']]);
  });

  it('refuses what is no commit of the repository', async () => {
    const mirror = await openMirror({ url: remote.url, directory: await temporaryFolder() });
    const to = await mirror.fetchHead();
    const ask = (before: string) =>
      mirror.provenance({ from: before, to, allowedSigners: '', nowMs: Date.now() });
    await expect(ask('--output=/tmp/x')).rejects.toMatchObject({ kind: 'refused' });
    await expect(ask('0'.repeat(40))).rejects.toMatchObject({ kind: 'refused' });
  });
});
