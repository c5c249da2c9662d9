// Where `npm start` takes the flags from, when nobody says: the checkout if it is a repository with flags in it, else a
// repository of its own that is made once from `flags/`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Returns `{ url, path?, branch?, sentence, folder? }`; `folder` is where a person edits and commits flag files.
 */
export function chooseGitSource({ root, dataDir, env }) {
  if (env.GUIDON_GIT_URL !== undefined)
    return { url: env.GUIDON_GIT_URL, sentence: 'as GUIDON_GIT_URL says' };
  return checkoutSource(root) ?? ownSource(root, dataDir);
}

/** What stands in the way of using the checkout is no error: then the flags come from a repository of our own. */
function checkoutSource(root) {
  const top = git(root, 'rev-parse', '--show-toplevel');
  if (top === undefined) return undefined;
  const path = [...relative(resolve(top), resolve(root)).split(sep), 'flags'].filter(Boolean).join('/');
  if (git(top, 'cat-file', '-e', `HEAD:${path}/guidon.yaml`) === undefined) return undefined;
  return {
    url: pathToFileURL(top).href,
    path,
    folder: join(root, 'flags'),
    sentence: 'the commits of this checkout',
  };
}

function ownSource(root, dataDir) {
  const folder = join(dataDir, 'source');
  if (!existsSync(join(folder, '.git'))) createOwnSource(root, folder);
  return {
    url: pathToFileURL(folder).href,
    path: 'flags',
    folder: join(folder, 'flags'),
    sentence: 'a Git repository made from flags/, since this checkout is none that has them',
  };
}

function createOwnSource(root, folder) {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  cpSync(join(root, 'flags'), join(unfinished, 'flags'), { recursive: true });
  const identity = [
    '-c',
    'user.name=Guidon',
    '-c',
    'user.email=guidon@localhost',
    '-c',
    'commit.gpgSign=false',
  ];
  const steps = [
    ['init', '--quiet', '--initial-branch=main'],
    // A person who commits here later needs no configuration of their own.
    ['config', 'user.name', 'Guidon'],
    ['config', 'user.email', 'guidon@localhost'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--no-verify', '--message=Begin with the sample flags'],
  ];
  for (const step of steps) {
    if (git(unfinished, ...step) === undefined)
      throw new Error(
        `git ${step.join(' ')} failed in ${unfinished}: set GUIDON_GIT_URL to a repository of yours.`,
      );
  }
  renameSync(unfinished, folder);
}

/**
 * What git printed, or undefined when it failed. A checkout that belongs to another user is fine: we only read it, and the
 * person who ran us in it trusts it already.
 */
function git(cwd, ...args) {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  // npm and hooks may be running inside of another repository's command.
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) delete env[name];
  const answer = spawnSync('git', ['-c', 'safe.directory=*', ...args], { cwd, env, encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}
