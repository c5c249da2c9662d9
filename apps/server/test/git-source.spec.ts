import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openMirror } from '@guidon/git';
import { createGitRemote, projectFile, runGit, temporaryFolder } from '@guidon/testkit';
import { describe, expect, jest, test } from '@jest/globals';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

interface Source {
  readonly url: string;
  readonly path?: string;
  readonly folder?: string;
  readonly sentence: string;
}

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '../../../scripts/git-source.mjs');
const { chooseGitSource } = (await import(SCRIPT)) as {
  chooseGitSource(where: { root: string; dataDir: string; env: Record<string, string> }): Source;
};

async function choose(root: string, env: Record<string, string> = {}): Promise<Source & { dataDir: string }> {
  const dataDir = join(await temporaryFolder(), 'data');
  return { ...chooseGitSource({ root, dataDir, env }), dataDir };
}

/** What the server would read of the source, by its own mirror. */
async function pathsOf(source: Source): Promise<string[]> {
  const mirror = await openMirror({ url: source.url, directory: join(await temporaryFolder(), 'mirror') });
  const commit = await mirror.fetchHead();
  return (await mirror.readTree(commit, source.path ?? 'flags')).map((entry) => entry.path);
}

async function checkout(...clone: string[]): Promise<string> {
  const remote = await createGitRemote({ files: { 'flags/guidon.yaml': projectFile(), 'README.md': 'x\n' } });
  await remote.publish({ 'flags/guidon.yaml': `${projectFile()}\n` });
  const folder = join(await temporaryFolder(), 'check out');
  await runGit('/', ['clone', '--quiet', ...clone, remote.url, folder]);
  return folder;
}

describe('the Git source of npm start', () => {
  test('is what GUIDON_GIT_URL says', async () => {
    expect((await choose(await checkout(), { GUIDON_GIT_URL: 'https://git.acme.example/x.git' })).url).toBe(
      'https://git.acme.example/x.git',
    );
  });

  test.each([
    ['a clone', []],
    ['a shallow clone', ['--depth=1']],
  ])('is the checkout when it is %s, also in a detached state', async (_, args) => {
    const root = await checkout(...args);
    await runGit(root, ['checkout', '--quiet', '--detach']);
    const source = await choose(root);
    expect(source.folder).toBe(join(root, 'flags'));
    expect(await pathsOf(source)).toEqual(['guidon.yaml']);
  });

  test('is the checkout when it belongs to another user', async () => {
    const root = await checkout();
    // Only root may give files away; elsewhere this is the plain case.
    if (process.getuid?.() === 0)
      for (const path of ['', '.git']) await chown(join(root, path), 65_534, 65_534);
    expect(await pathsOf(await choose(root))).toEqual(['guidon.yaml']);
  });

  test('is the repository around the checkout when that has the flags', async () => {
    const remote = await createGitRemote({ files: { 'tools/guidon/flags/guidon.yaml': projectFile() } });
    const source = await choose(join(remote.person.folder, 'tools/guidon'));
    expect(source.path).toBe('tools/guidon/flags');
    expect(await pathsOf(source)).toEqual(['guidon.yaml']);
  });

  test('is a repository of its own, made once, when the checkout is none', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'flags'));
    await writeFile(join(root, 'flags/guidon.yaml'), projectFile());
    const source = await choose(root);
    expect(source.url).toContain(source.dataDir);
    expect(await pathsOf(source)).toEqual(['guidon.yaml']);

    const edited = source.folder as string;
    await writeFile(join(edited, 'note.md'), 'mine\n');
    await runGit(dirname(edited), ['add', '--all']);
    await runGit(dirname(edited), ['commit', '--quiet', '-m', 'Mine']);
    const again = chooseGitSource({ root, dataDir: source.dataDir, env: {} });
    expect(await pathsOf(again)).toEqual(['guidon.yaml', 'note.md']);
  });
});
