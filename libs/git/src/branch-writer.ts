import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileModes, refuseLosses } from './file-modes.js';
import { gitEnvironment } from './git-environment.js';
import { GitError } from './git-error.js';
import { parseSource, whyBranchRefused } from './git-url.js';
import { openMirror } from './mirror.js';
import type { Mirror, MirrorOptions, Person } from './mirror-types.js';
import { readCredentials, secretsOf } from './repository.js';
import { type GitRunner, runRemote } from './run-git.js';

/** A commit to be made: `parent` with the contents of some of its files exchanged. */
export interface BranchChange {
  readonly parent: string;
  /** By path from the root of the repository; each is a regular file of the parent, but for those that are added. */
  readonly files: ReadonlyMap<string, string>;
  /** Which of the files the parent has not got; nothing may stand where they or their folders have to be. */
  readonly added?: ReadonlySet<string>;
  readonly message: string;
  readonly author: Person;
  readonly atMs: number;
}

/** Makes commits without a work tree and pushes them to branches of their own, never to the one followed. */
export interface BranchWriter extends Pick<Mirror, 'branch' | 'fetchHead' | 'readTree' | 'readBlobs'> {
  /** The id of a commit that is here only. Throws `GitError` of kind `refused` for a path that is no file of the parent, or is one and would be added. */
  commit(change: BranchChange): Promise<string>;
  /** Where the remote's branches below a folder of names are now, e.g. below `guidon`. */
  tipsBelow(folder: string): Promise<Map<string, string>>;
  /** Throws `GitError` of kind `stale` unless the branch is where `expected` says; undefined says that there is none. */
  push(branch: string, commit: string, expected: string | undefined): Promise<void>;
  /** Same promise as `push`. */
  drop(branch: string, expected: string): Promise<void>;
}

const TIMEOUT_MS = 60_000;
const COMMIT_ID = /^[0-9a-f]{40,64}$/;

/**
 * Opens a bare repository of its own for writing: the directory must not be the one of a mirror that somebody else uses,
 * since locks and configuration have one owner. Nothing is fetched yet.
 */
export async function openBranchWriter(options: MirrorOptions): Promise<BranchWriter> {
  // What a server that was ended in between has left.
  await rm(join(options.directory, 'work'), { recursive: true, force: true });
  return new BareBranchWriter(await openMirror(options), options);
}

class BareBranchWriter implements BranchWriter {
  private readonly directory: string;
  private readonly url: string;

  constructor(
    private readonly mirror: Mirror,
    private readonly options: MirrorOptions,
  ) {
    this.directory = resolve(options.directory);
    this.url = parseSource(options.url).url;
  }

  branch(): string {
    return this.mirror.branch();
  }

  fetchHead(): Promise<string> {
    return this.mirror.fetchHead();
  }

  readTree(commit: string, folder: string) {
    return this.mirror.readTree(commit, folder);
  }

  readBlobs(ids: Iterable<string>) {
    return this.mirror.readBlobs(ids);
  }

  async commit(change: BranchChange): Promise<string> {
    const parent = checkedCommit(change.parent);
    const folder = join(this.directory, 'work');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const work = await mkdtemp(join(folder, 'commit-'));
    try {
      const runner = await this.runner({ GIT_INDEX_FILE: join(work, 'index') });
      await runRemote(runner, ['read-tree', parent]);
      const entries = await this.writeFiles(runner, change, work);
      await runRemote(runner, ['update-index', '-z', '--index-info'], entries);
      const tree = (await runRemote(runner, ['write-tree'])).trim();
      await refuseLosses(runner, { parent, tree, added: change.added ?? new Set() });
      return (await this.commitTree(change, tree)).trim();
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  async tipsBelow(folder: string): Promise<Map<string, string>> {
    const args = ['ls-remote', '--', this.url, `${this.checkedRef(folder)}/*`];
    const output = await runRemote(await this.runner(), args);
    const tips = new Map<string, string>();
    for (const line of output.split('\n')) {
      const [commit, ref] = line.split('\t');
      if (commit !== undefined && ref?.startsWith('refs/heads/') && COMMIT_ID.test(commit))
        tips.set(ref.slice('refs/heads/'.length), commit);
    }
    return tips;
  }

  async push(branch: string, commit: string, expected: string | undefined): Promise<void> {
    await this.update(branch, checkedCommit(commit), expected);
  }

  async drop(branch: string, expected: string): Promise<void> {
    await this.update(branch, '', expected);
  }

  /** Exactly one branch, and only from where it was known to be: whatever a person pushed there meanwhile stays. */
  private async update(branch: string, commit: string, expected: string | undefined): Promise<void> {
    const ref = this.checkedRef(branch);
    const lease = `--force-with-lease=${ref}:${expected === undefined ? '' : checkedCommit(expected)}`;
    const args = ['push', '--quiet', '--no-follow-tags', '--recurse-submodules=no', lease];
    await runRemote(await this.runner(), [...args, '--', this.url, `${commit}:${ref}`]);
  }

  /** The lines that `update-index --index-info` reads; modes are those of the parent's entries. */
  private async writeFiles(runner: GitRunner, change: BranchChange, work: string): Promise<string> {
    const paths = [...change.files.keys()].map(checkedPath);
    const { parent, added = new Set<string>() } = change;
    const modes = await fileModes(runner, { parent, paths, added });
    const copies: string[] = [];
    for (const [index, content] of [...change.files.values()].entries()) {
      const copy = join(work, `file-${index}`);
      await writeFile(copy, content);
      copies.push(copy);
    }
    const hashes = ['hash-object', '-w', '--no-filters', '--stdin-paths'];
    const blobs = (await runRemote(runner, hashes, `${copies.join('\n')}\n`)).trim().split('\n');
    return paths.map((path, index) => `${modes.get(path)} ${blobs[index]}\t${path}\0`).join('');
  }

  private async commitTree({ parent, message, author, atMs }: BranchChange, tree: string): Promise<string> {
    const date = `${Math.floor(atMs / 1000)} +0000`;
    const person = (role: string) => ({
      [`GIT_${role}_NAME`]: author.name,
      [`GIT_${role}_EMAIL`]: author.email,
      [`GIT_${role}_DATE`]: date,
    });
    const runner = await this.runner({ ...person('AUTHOR'), ...person('COMMITTER') });
    return runRemote(runner, ['commit-tree', checkedCommit(tree), '-p', parent], message);
  }

  private async runner(more: Record<string, string> = {}): Promise<GitRunner> {
    const { inherited = process.env, timeoutMs = TIMEOUT_MS } = this.options;
    const environment = { ...gitEnvironment(join(this.directory, 'home'), inherited), ...more };
    const secrets = secretsOf(await readCredentials(this.options));
    return { directory: join(this.directory, 'repository.git'), environment, timeoutMs, secrets };
  }

  private checkedRef(branch: string): string {
    const why = whyBranchRefused(branch);
    if (why !== undefined) throw new GitError('refused', `The branch name ${why}.`);
    if (branch === this.mirror.branch())
      throw new GitError('refused', `"${branch}" is the branch that is followed; nothing is pushed there.`);
    return `refs/heads/${branch}`;
  }
}

function checkedPath(path: string): string {
  if (!path.split('/').some((part) => part === '' || part === '.' || part === '..')) return path;
  throw new GitError('refused', `"${path.slice(0, 200)}" is no path of a repository.`);
}

function checkedCommit(id: string): string {
  if (!COMMIT_ID.test(id)) throw new GitError('refused', 'An object id must be 40 to 64 hexadecimal digits.');
  return id;
}
