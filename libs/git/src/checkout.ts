import { LOG_OPTIONS, onlyCommit } from './commit-info.js';
import { gitEnvironment } from './git-environment.js';
import { GitError } from './git-error.js';
import type { CommitInfo, TreeEntry } from './mirror-types.js';
import { readBlobs } from './read-blobs.js';
import { type GitRunner, runLocal, runToEnd } from './run-git.js';
import { parseTree } from './tree.js';

const TIMEOUT_MS = 60_000;

/** The commits of somebody's working copy, for reading only: neither its files nor its index are looked at or touched. */
export interface Checkout {
  /** Full id of what a revision names (`HEAD`, a branch, a full or short id); undefined when it names no commit. */
  resolve(revision: string): Promise<string | undefined>;
  /**
   * The newest state before the newest change below the folder, along the first parents; undefined when there is none,
   * or a shallow clone ends before it.
   */
  revisionBefore(commit: string): Promise<string | undefined>;
  commitInfo(commit: string): Promise<CommitInfo>;
  /** Every file below the folder at a commit, with its content; paths are relative to the folder. */
  readFiles(commit: string): Promise<readonly (TreeEntry & { readonly bytes: Uint8Array })[]>;
}

export interface CheckoutOptions {
  /** Whose PATH git gets; the process's own unless told. */
  readonly inherited?: NodeJS.ProcessEnv;
}

/** Opens the working copy that a folder lies in. Throws `GitError` of kind `refused` when it lies in none. */
export async function openCheckout(folder: string, options: CheckoutOptions = {}): Promise<Checkout> {
  const environment = gitEnvironment('/nonexistent', options.inherited ?? process.env);
  const base = { environment, timeoutMs: TIMEOUT_MS, secrets: [] };
  const question = ['rev-parse', '--absolute-git-dir', '--show-prefix'];
  // Git must look for the repository itself here, so it is not named as it is everywhere else.
  const asked = await runToEnd({ ...base, directory: folder }, question, environment);
  if (asked.code !== 0) throw new GitError('refused', `${folder} lies in no Git working copy.`);
  const [directory, prefix = ''] = asked.stdout.split('\n');
  return new GitCheckout({ ...base, directory: directory as string }, prefix.replace(/\/$/, ''));
}

class GitCheckout implements Checkout {
  constructor(
    private readonly runner: GitRunner,
    private readonly folder: string,
  ) {}

  async resolve(revision: string): Promise<string | undefined> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    const { code, stdout } = await runToEnd(this.runner, args);
    return code === 0 ? stdout.trim() : undefined;
  }

  async revisionBefore(commit: string): Promise<string | undefined> {
    const below = this.folder === '' ? [] : [this.folder];
    const args = ['rev-list', '--first-parent', '--max-count=1', commit, '--', ...below];
    const newest = (await runLocal(this.runner, args)).trim();
    return newest === '' ? undefined : this.resolve(`${newest}^1`);
  }

  async commitInfo(commit: string): Promise<CommitInfo> {
    return onlyCommit(await runLocal(this.runner, ['log', '-1', '-z', ...LOG_OPTIONS, commit, '--']));
  }

  async readFiles(commit: string): Promise<readonly (TreeEntry & { readonly bytes: Uint8Array })[]> {
    const below = this.folder === '' ? [] : [`${this.folder}/`];
    const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--', ...below];
    const entries = parseTree(await runLocal(this.runner, args), this.folder);
    const readable = entries.filter(({ entry }) => entry === 'file' || entry === 'executable');
    const blobs = await readBlobs(this.runner, [...new Set(readable.map(({ blob }) => blob))]);
    return entries.map((entry) => ({ ...entry, bytes: blobs.get(entry.blob) ?? new Uint8Array(0) }));
  }
}
