import { expect, it, jest } from '@jest/globals';
import { endGitProcess } from './git-process.js';
import { runGit } from './run-git.js';
import { temporaryFolder } from './temporary-folder.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

it('gives what git printed, to each of many that ask at once', async () => {
  const folder = await temporaryFolder();
  const names = Array.from({ length: 20 }, (_, index) => `name-${index}`);
  const said = names.map((name) => runGit(folder, ['-c', `user.name=${name}`, 'config', 'user.name']));
  expect(await Promise.all(said)).toEqual(names);
});

it('hands over variables and rejects with what git complained of', async () => {
  const folder = await temporaryFolder();
  const env = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@acme.example',
    GIT_AUTHOR_DATE: '1700000000 +0000',
  };
  expect(await runGit(folder, ['var', 'GIT_AUTHOR_IDENT'], env)).toBe(
    'Ada <ada@acme.example> 1700000000 +0000',
  );
  await expect(runGit(folder, ['nonsense'])).rejects.toThrow(/^git nonsense: .*not a git command/);
  await expect(runGit(`${folder}/nowhere`, ['status'])).rejects.toThrow(/^git status: .*ENOENT/);
});

it('fails what was running when the process for git ends, and begins another for what comes next', async () => {
  const folder = await temporaryFolder();
  const running = runGit(folder, ['--version']);
  endGitProcess();
  await expect(running).rejects.toThrow('the process that runs git for the tests has ended');
  expect(await runGit(folder, ['--version'])).toMatch(/^git version/);
});
