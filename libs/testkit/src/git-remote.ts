import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runGit } from './run-git.js';
import { temporaryFolder } from './temporary-folder.js';

/** Somebody with a clone of the remote. Paths are relative to the clone. */
export interface Person {
  readonly folder: string;
  write(path: string, text: string | Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Commits everything that changed and returns the commit id; a commit without a change is allowed. */
  commit(message: string): Promise<string>;
  push(options?: { readonly force?: boolean }): Promise<void>;
  /** `git revert` of one commit; returns the new commit's id. */
  revert(commit: string): Promise<string>;
  /** For what the rest does not offer. */
  git(...args: readonly string[]): Promise<string>;
}

export interface GitRemote {
  /** The bare repository. */
  readonly folder: string;
  /** `file:` address of the bare repository. */
  readonly url: string;
  readonly branch: string;
  readonly person: Person;
  /** Writes the given files, commits and pushes as `person`; returns the commit id. */
  publish(files: { readonly [path: string]: string | undefined }, message?: string): Promise<string>;
  head(): Promise<string>;
}

export interface GitRemoteOptions {
  readonly branch?: string;
  /** First commit, if any. */
  readonly files?: { readonly [path: string]: string };
}

/** A bare repository in a temporary folder and a clone of it, both removed when the spec file ends. */
export async function createGitRemote(options: GitRemoteOptions = {}): Promise<GitRemote> {
  const branch = options.branch ?? 'main';
  const root = await temporaryFolder('guidon-remote');
  const folder = join(root, 'flags.git');
  await runGit(root, ['init', '--quiet', '--bare', `--initial-branch=${branch}`, folder]);
  // `git http-backend` refuses pushes unless the repository says yes.
  await runGit(folder, ['config', 'http.receivepack', 'true']);
  const clone = join(root, 'person');
  await runGit(root, ['init', '--quiet', `--initial-branch=${branch}`, clone]);
  await runGit(clone, ['remote', 'add', 'origin', folder]);
  const person = createPerson(clone, branch);
  const remote: GitRemote = {
    folder,
    url: pathToFileURL(folder).href,
    branch,
    person,
    async publish(files, message = 'Change flags') {
      for (const [path, text] of Object.entries(files)) {
        if (text === undefined) await person.remove(path);
        else await person.write(path, text);
      }
      const commit = await person.commit(message);
      await person.push();
      return commit;
    },
    head: () => runGit(folder, ['rev-parse', '--verify', '--end-of-options', branch]),
  };
  if (options.files !== undefined) await remote.publish(options.files, 'Begin');
  return remote;
}

function createPerson(folder: string, branch: string): Person {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example'];
  return {
    folder,
    async write(path, text) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    },
    remove: (path) => rm(join(folder, path), { recursive: true }),
    async commit(message) {
      await runGit(folder, ['add', '--all']);
      await runGit(folder, [...identity, 'commit', '--quiet', '--allow-empty', `--message=${message}`]);
      return runGit(folder, ['rev-parse', 'HEAD']);
    },
    async push({ force = false } = {}) {
      const refspec = `${force ? '+' : ''}HEAD:refs/heads/${branch}`;
      await runGit(folder, ['push', '--quiet', 'origin', refspec]);
    },
    async revert(commit) {
      await runGit(folder, [...identity, 'revert', '--no-edit', commit]);
      return runGit(folder, ['rev-parse', 'HEAD']);
    },
    git: (...args) => runGit(folder, [...identity, ...args]),
  };
}
