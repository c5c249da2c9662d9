import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGitRemote, type GitRemote, runGit, temporaryFolder } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openMirror } from './mirror.js';
import type { Ancestry, Mirror } from './mirror-types.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

let remote: GitRemote;
let mirror: Mirror;
let directory: string;

beforeEach(async () => {
  remote = await createGitRemote({ files: { 'flags/a': '1' } });
  directory = join(await temporaryFolder('guidon-history'), 'mirror');
  mirror = await openMirror({ url: remote.url, directory });
});

/** As sync does it: fetch, then judge the head on top of what was judged last. */
async function next(judged: string | undefined): Promise<{ head: string; ancestry: Ancestry }> {
  const head = await mirror.fetchHead();
  return { head, ancestry: await mirror.follow(head, judged) };
}

/** Drops whatever no reference reaches, in the mirror and at the source, as time would. */
async function forgetUnreachable(): Promise<void> {
  for (const folder of [remote.folder, join(directory, 'repository.git')]) {
    await runGit(folder, ['-c', 'core.bare=true', 'reflog', 'expire', '--expire=now', '--all']);
    await runGit(folder, ['gc', '--quiet', '--prune=now']);
  }
}

async function isHere(commit: string): Promise<boolean> {
  const folder = join(directory, 'repository.git');
  return runGit(folder, ['cat-file', '-e', `${commit}^{commit}`]).then(
    () => true,
    () => false,
  );
}

describe('Mirror.follow', () => {
  it('says continues for the first commit, the same one, the next one and a merge', async () => {
    const first = await next(undefined);
    expect(first.ancestry).toBe('continues');
    expect((await next(first.head)).ancestry).toBe('continues');
    await remote.publish({ 'flags/a': '2' });
    await remote.publish({ 'flags/a': '3' });
    const later = await next(first.head);
    expect(later.ancestry).toBe('continues');
    await remote.person.git('checkout', '--quiet', '-b', 'side', first.head);
    await remote.person.write('flags/b', '1');
    await remote.person.commit('Beside');
    await remote.person.git('checkout', '--quiet', 'main');
    await remote.person.git('merge', '--quiet', '--no-edit', 'side');
    await remote.person.push();
    expect((await next(later.head)).ancestry).toBe('continues');
  });

  it('says rewritten after an amended, a dropped and an unrelated history, and keeps what was judged', async () => {
    const { head: first } = await next(undefined);
    const second = await remote.publish({ 'flags/a': '2' });
    expect(await next(first)).toEqual({ head: second, ancestry: 'continues' });

    await remote.person.git('commit', '--quiet', '--amend', '-m', 'Amended');
    await remote.person.push({ force: true });
    const amended = await next(second);
    expect(amended.ancestry).toBe('rewritten');
    await forgetUnreachable();
    expect([await isHere(second), (await mirror.commitInfo(second)).parents]).toEqual([true, [first]]);

    await remote.person.git('reset', '--quiet', '--hard', first);
    await remote.person.push({ force: true });
    const dropped = await next(amended.head);
    expect(dropped).toEqual({ head: first, ancestry: 'rewritten' });

    await remote.person.git('checkout', '--quiet', '--orphan', 'fresh');
    await remote.person.commit('Begin anew');
    await remote.person.push({ force: true });
    const unrelated = await next(first);
    expect(unrelated.ancestry).toBe('rewritten');
    await forgetUnreachable();
    for (const commit of [first, second, amended.head]) expect(await isHere(commit)).toBe(true);
    expect((await next(unrelated.head)).ancestry).toBe('continues');
  });

  it('says rewritten when our mirror never had the judged commit, since the whole history is here', async () => {
    const { head } = await next(undefined);
    await remote.publish({ 'flags/a': '2' });
    expect((await next('d'.repeat(40))).ancestry).toBe('rewritten');
    await rm(directory, { recursive: true });
    mirror = await openMirror({ url: remote.url, directory });
    expect((await next(head)).ancestry).toBe('continues');
  });

  it('tells a branch that was deleted and made anew by what it holds', async () => {
    const { head } = await next(undefined);
    await runGit(remote.folder, ['update-ref', '-d', 'refs/heads/main']);
    await expect(mirror.fetchHead()).rejects.toMatchObject({ kind: 'no-branch' });
    await remote.publish({ 'flags/a': '2' });
    const same = await next(head);
    expect(same.ancestry).toBe('continues');
    await runGit(remote.folder, ['update-ref', '-d', 'refs/heads/main']);
    await remote.person.git('checkout', '--quiet', '--orphan', 'fresh');
    await remote.person.commit('Another one');
    await remote.person.push();
    expect((await next(same.head)).ancestry).toBe('rewritten');
  });

  it('says unknown where a shallow source ends before the judged commit', async () => {
    const judged = await remote.head();
    await remote.publish({ 'flags/a': '2' });
    const second = await remote.publish({ 'flags/a': '3' });
    const shallow = join(await temporaryFolder('guidon-shallow'), 'shallow.git');
    await runGit('/', ['clone', '--quiet', '--bare', '--depth=1', remote.url, shallow]);
    mirror = await openMirror({ url: pathToFileURL(shallow).href, directory: `${directory}-shallow` });
    expect(await next(judged)).toEqual({ head: second, ancestry: 'unknown' });
    expect((await next(second)).ancestry).toBe('continues');
  });

  it('keeps a bounded number of commits that were left behind', async () => {
    let { head } = await next(undefined);
    for (let index = 0; index < 23; index += 1) {
      const date = `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`;
      await runGit(remote.folder, ['update-ref', '-d', 'refs/heads/main']);
      const tree = await runGit(remote.folder, ['rev-parse', `${head}^{tree}`]);
      const identity = {
        ...{ GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@acme.example', GIT_AUTHOR_DATE: date },
        ...{ GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@acme.example', GIT_COMMITTER_DATE: date },
      };
      const commit = await runGit(remote.folder, ['commit-tree', tree, '-m', `Root ${index}`], identity);
      await runGit(remote.folder, ['update-ref', 'refs/heads/main', commit]);
      expect((await next(head)).ancestry).toBe('rewritten');
      head = commit;
    }
    const kept = await runGit(join(directory, 'repository.git'), ['for-each-ref', 'refs/guidon/left-behind']);
    expect(kept.split('\n')).toHaveLength(20);
    await expect(mirror.follow('--all', undefined)).rejects.toMatchObject({ kind: 'refused' });
    await expect(mirror.follow(head, '--all')).rejects.toMatchObject({ kind: 'refused' });
  });
});
