import { resolve } from 'node:path';
import { LOG_OPTIONS, onlyCommit } from './commit-info.js';
import { below, MOST_COMMITS, readFolderChanges } from './folder-changes.js';
import { gitEnvironment } from './git-environment.js';
import { GitError } from './git-error.js';
import type { CommitInfo, FolderChange, TreeEntry } from './mirror-types.js';
import { readBlobs } from './read-blobs.js';
import { type GitRunner, runLocal } from './run-git.js';
import { parseTree } from './tree.js';

const TIMEOUT_MS = 20_000;
const COMMIT_ID = /^[0-9a-f]{40,64}$/;
/** The commit that a checkout is compared with. */
export interface Baseline {
  readonly commit: string;
  /** `the merge base with origin/main`, `HEAD`: ends the sentence "compared with …". */
  readonly name: string;
}

/** A folder of somebody's checkout, only ever read. Every method throws `GitError` when git fails in an unexpected way. */
export interface Checkout {
  /** The folder's path in the repository, with forward slashes; empty at its top. */
  readonly prefix: string;
  /** Commit id of a branch, tag or id; `undefined` when there is none of this name. */
  resolve(ref: string): Promise<string | undefined>;
  /** Where a reader of a pull request begins: the merge base with the default branch or the upstream, else HEAD. */
  baseline(): Promise<Baseline | undefined>;
  /** Whether the history ends early, as that of `git clone --depth` does. */
  isShallow(): Promise<boolean>;
  /** Where HEAD's history left that of another commit; `undefined` when they have nothing in common. */
  mergeBase(commit: string): Promise<string | undefined>;
  /**
   * The newest state before the newest change below the folder, along the first parents; undefined when there is none,
   * or a shallow clone ends before it.
   */
  revisionBefore(commit: string): Promise<string | undefined>;
  commitInfo(commit: string): Promise<CommitInfo>;
  /** Files below the folder at a commit. */
  readTree(commit: string): Promise<readonly TreeEntry[]>;
  readBlobs(ids: Iterable<string>): Promise<Map<string, Buffer>>;
  /** `path:blob` of versions below the folder that a commit or its ancestors brought. */
  versionsUpTo(commit: string): Promise<ReadonlySet<string>>;
  /** What each commit along the first parents changed below the folder, oldest first; of a merge, all that it brought. */
  changesUpTo(commit: string): Promise<readonly FolderChange[]>;
  /** The same of every commit, those of merged branches too, a merge against each of its parents. */
  commitsUpTo(commit: string): Promise<readonly FolderChange[]>;
}

/** `undefined` where the folder is in no Git checkout, git refuses to read it, or there is no git. */
export async function openCheckout(
  folder: string,
  inherited: NodeJS.ProcessEnv = process.env,
): Promise<Checkout | undefined> {
  const directory = resolve(folder);
  const runner: GitRunner = {
    ...{ directory, discovers: true, timeoutMs: TIMEOUT_MS, secrets: [] },
    environment: environmentFor(inherited),
  };
  const top = await runLocal(runner, ['rev-parse', '--show-prefix']).catch(noted);
  if (top === undefined) return undefined;
  return new FolderOfCheckout(runner, top.trim().replace(/\/$/, ''));
}

/** The person's own configuration says whose repositories to trust. Nothing is ever fetched, whatever the checkout says. */
function environmentFor(inherited: NodeJS.ProcessEnv): Record<string, string> {
  const { GIT_CONFIG_NOSYSTEM: _, ...environment } = gitEnvironment(inherited.HOME ?? '/', inherited);
  return { ...environment, GIT_NO_LAZY_FETCH: '1' };
}

class FolderOfCheckout implements Checkout {
  constructor(
    private readonly runner: GitRunner,
    readonly prefix: string,
  ) {}

  resolve(ref: string): Promise<string | undefined> {
    return this.commitOf(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  }

  async baseline(): Promise<Baseline | undefined> {
    const head = await this.resolve('HEAD');
    if (head === undefined) return undefined;
    for (const ref of ['refs/remotes/origin/HEAD', '@{upstream}']) {
      const other = await this.resolve(ref);
      const base: string | undefined = other && (await this.mergeBase(other));
      if (base !== undefined && base !== head)
        return { commit: base, name: `the merge base with ${await this.shortName(ref)}` };
    }
    return { commit: head, name: 'HEAD' };
  }

  mergeBase(commit: string): Promise<string | undefined> {
    return this.commitOf(['merge-base', 'HEAD', checked(commit)]);
  }

  async isShallow(): Promise<boolean> {
    return (await runLocal(this.runner, ['rev-parse', '--is-shallow-repository'])).trim() === 'true';
  }

  async revisionBefore(commit: string): Promise<string | undefined> {
    const args = ['rev-list', '--first-parent', '--max-count=1', checked(commit), '--', '.'];
    const newest = (await runLocal(this.runner, args)).trim();
    return newest === '' ? undefined : this.resolve(`${newest}^1`);
  }

  async commitInfo(commit: string): Promise<CommitInfo> {
    return onlyCommit(
      await runLocal(this.runner, ['log', '-1', '-z', ...LOG_OPTIONS, checked(commit), '--']),
    );
  }

  async readTree(commit: string): Promise<readonly TreeEntry[]> {
    const operands = this.prefix === '' ? [] : [`${this.prefix}/`];
    // The person's own configuration may say otherwise, and the parser wants names in ASCII.
    const quoting = ['-c', 'core.quotePath=true'];
    const args = [...quoting, 'ls-tree', '-r', '-l', '--full-tree', checked(commit), '--', ...operands];
    return parseTree(await runLocal(this.runner, args), this.prefix);
  }

  readBlobs(ids: Iterable<string>): Promise<Map<string, Buffer>> {
    return readBlobs(this.runner, [...new Set(ids)].map(checked));
  }

  async versionsUpTo(commit: string): Promise<ReadonlySet<string>> {
    const output = await runLocal(this.runner, [
      ...['log', '--no-show-signature', '--format=', '--raw', '-z', '--no-abbrev', '--no-renames', '-m'],
      ...[`--max-count=${MOST_COMMITS}`, checked(commit), '--', '.'],
    ]);
    const versions = new Set<string>();
    const parts = output.split('\0');
    for (let at = 0; at + 1 < parts.length; at += 2) {
      // `:100644 100644 <before> <after> M`, then the path.
      const after = parts[at]?.trim().split(' ')[3];
      const path = below(parts[at + 1] ?? '', this.prefix);
      if (after !== undefined && path !== undefined) versions.add(`${path}:${after}`);
    }
    return versions;
  }

  changesUpTo(commit: string): Promise<readonly FolderChange[]> {
    return readFolderChanges(this.runner, {
      upTo: checked(commit),
      folder: this.prefix,
      isHere: true,
      firstParent: true,
    });
  }

  commitsUpTo(commit: string): Promise<readonly FolderChange[]> {
    return readFolderChanges(this.runner, {
      upTo: checked(commit),
      folder: this.prefix,
      isHere: true,
      firstParent: false,
    });
  }

  private async shortName(ref: string): Promise<string> {
    const args = ['rev-parse', '--abbrev-ref', '--end-of-options', ref];
    return (await runLocal(this.runner, args)).trim().split('\n').at(-1) ?? ref;
  }

  /** Git answers with a failure where there is no such commit. */
  private async commitOf(args: readonly string[]): Promise<string | undefined> {
    const output = (await runLocal(this.runner, args).catch(noted))?.trim();
    return output !== undefined && COMMIT_ID.test(output) ? output : undefined;
  }
}

/** Only what hangs is an error here; every other failure is git's way to say no. */
function noted(error: unknown): undefined {
  if (error instanceof GitError && error.kind !== 'time-out') return undefined;
  throw error;
}

function checked(id: string): string {
  if (!COMMIT_ID.test(id)) throw new GitError('refused', 'An object id must be 40 to 64 hexadecimal digits.');
  return id;
}
