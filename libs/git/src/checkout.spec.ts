import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createGitRemote, type GitRemote, runGit, temporaryFolder } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Checkout, openCheckout } from './checkout.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

/** A home without any configuration. */
const WORLD = { PATH: process.env.PATH, HOME: '/nonexistent' };

describe('given a clone with a branch', () => {
  let remote: GitRemote;
  let first: string;
  let checkout: Checkout;

  beforeEach(async () => {
    remote = await createGitRemote({ files: { 'flags/a.yaml': 'one\n', 'README.md': 'x\n' } });
    first = await remote.head();
    await remote.person.git('fetch', '--quiet', 'origin');
    checkout = (await openCheckout(join(remote.person.folder, 'flags'), WORLD)) as Checkout;
  });

  it('knows where the folder lies in the repository and reads it at a commit', async () => {
    expect(checkout.prefix).toBe('flags');
    const [entry] = await checkout.readTree(first);
    expect(entry).toMatchObject({ path: 'a.yaml', entry: 'file', size: 4 });
    const blobs = await checkout.readBlobs([String(entry?.blob)]);
    expect(blobs.get(String(entry?.blob))?.toString()).toBe('one\n');
  });

  it('takes the merge base with the default branch, however far both have gone', async () => {
    const { person } = remote;
    await person.git('remote', 'set-head', 'origin', 'main');
    await person.git('checkout', '--quiet', '-b', 'feature');
    await person.write('flags/a.yaml', 'two\n');
    await person.commit('On the branch');
    await person.git('checkout', '--quiet', 'main');
    await remote.publish({ 'README.md': 'main went on\n' });
    await person.git('fetch', '--quiet', 'origin');
    await person.git('checkout', '--quiet', 'feature');
    expect(await checkout.baseline()).toEqual({ commit: first, name: 'the merge base with origin/main' });
  });

  it('takes the upstream of the branch where no default branch is known', async () => {
    const { person } = remote;
    await person.git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
    await person.commit('Not pushed');
    expect(await checkout.baseline()).toEqual({ commit: first, name: 'the merge base with origin/main' });
  });

  it('takes HEAD where nothing else differs from it', async () => {
    expect(await checkout.baseline()).toEqual({ commit: first, name: 'HEAD' });
  });

  it('finds a commit by any of its names and nothing by one that is none', async () => {
    for (const name of ['HEAD', 'main', first, first.slice(0, 9)])
      expect(await checkout.resolve(name)).toBe(first);
    for (const name of ['nowhere', '--all', '-h', '', 'HEAD:flags'])
      expect(await checkout.resolve(name)).toBeUndefined();
  });

  it('lists the versions that history has brought, merges included', async () => {
    const second = await remote.publish({ 'flags/a.yaml': 'two\n', 'flags/b/c.yaml': 'three\n' });
    const versions = await checkout.versionsUpTo(second);
    const blob = async (commit: string, path: string) =>
      (await checkout.readTree(commit)).find((entry) => entry.path === path)?.blob;
    expect(versions).toEqual(
      new Set([
        `a.yaml:${await blob(first, 'a.yaml')}`,
        `a.yaml:${await blob(second, 'a.yaml')}`,
        `b/c.yaml:${await blob(second, 'b/c.yaml')}`,
      ]),
    );
    expect((await checkout.versionsUpTo(first)).size).toBe(1);
  });

  it('lists what each commit of the branch changed, oldest first, a merge as one', async () => {
    const { person } = remote;
    await person.git('checkout', '--quiet', '-b', 'feature');
    await person.write('flags/a.yaml', 'two\n');
    const half = await person.commit('Half of it');
    await person.write('flags/a.yaml', 'three\n');
    await person.write('flags/new.yaml', 'new\n');
    await person.commit('All of it');
    await person.git('checkout', '--quiet', 'main');
    await person.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'feature');
    const merged = await person.git('rev-parse', 'HEAD');
    await person.git('rm', '--quiet', 'flags/new.yaml');
    const gone = await person.commit('Not that');
    const blob = (rev: string) => person.git('rev-parse', rev);
    const [one, three] = [await blob(`${first}:flags/a.yaml`), await blob(`${merged}:flags/a.yaml`)];
    const added = await blob(`${merged}:flags/new.yaml`);
    expect(await checkout.changesUpTo(gone)).toEqual([
      { commit: first, path: 'a.yaml', after: one },
      { commit: merged, path: 'a.yaml', before: one, after: three },
      { commit: merged, path: 'new.yaml', after: added },
      { commit: gone, path: 'new.yaml', before: added },
    ]);
    const two = await blob(`${half}:flags/a.yaml`);
    const every = await checkout.commitsUpTo(gone);
    expect(every).toContainEqual({ commit: half, path: 'a.yaml', before: one, after: two });
    // Against the branch that was merged the merge itself changes nothing.
    expect(every.filter(({ commit }) => commit === merged)).toHaveLength(2);
  });

  it('knows a history that ends early from a whole one', async () => {
    const folder = join(await temporaryFolder(), 'shallow');
    await runGit('/', ['clone', '--quiet', '--depth', '1', remote.url, folder]);
    const whole = await openCheckout(remote.person.folder);
    const shallow = await openCheckout(folder);
    expect([await whole?.isShallow(), await shallow?.isShallow()]).toEqual([false, true]);
  });

  it('writes nothing into the checkout', async () => {
    const index = () => readFile(join(remote.person.folder, '.git', 'index'));
    const before = await index();
    await checkout.baseline();
    await checkout.readTree(first);
    expect(await index()).toEqual(before);
  });
});

it('answers nothing where there is no checkout, no git, or no commit yet', async () => {
  const folder = await temporaryFolder();
  expect(await openCheckout(folder, WORLD)).toBeUndefined();
  expect(await openCheckout(folder, { PATH: '/nonexistent', HOME: '/' })).toBeUndefined();
  const remote = await createGitRemote();
  const empty = await openCheckout(remote.person.folder, WORLD);
  expect(await empty?.baseline()).toBeUndefined();
});

it('follows a symbolic link to the folder', async () => {
  const remote = await createGitRemote({ files: { 'flags/a.yaml': 'one\n' } });
  const beside = join(await temporaryFolder(), 'link');
  await mkdir(join(beside, '..'), { recursive: true });
  await symlink(join(remote.person.folder, 'flags'), beside);
  expect((await openCheckout(beside, WORLD))?.prefix).toBe('flags');
});
