import { GitError } from './git-error.js';
import type { TreeEntry } from './mirror-types.js';
import { type GitRunner, runRemote } from './run-git.js';
import { parseTree } from './tree.js';

export interface FilesOfCommit {
  readonly parent: string;
  readonly paths: readonly string[];
  /** Those of the paths that the parent has not got. */
  readonly added: ReadonlySet<string>;
}

/** A command line takes no more than so many of the longest paths. */
const PATHS_AT_ONCE = 200;
const FILE = '100644';

/**
 * The modes that files get in a commit on top of the parent: those that they have, asked for these paths only, since a
 * repository may hold any number of other files. Throws `GitError` of kind `refused` for a path that is no file of the
 * parent and is not to be added.
 */
export async function fileModes(
  runner: GitRunner,
  { parent, paths, added }: FilesOfCommit,
): Promise<Map<string, string>> {
  const entries = new Map<string, TreeEntry['entry']>();
  const present = paths.filter((path) => !added.has(path));
  for (let from = 0; from < present.length; from += PATHS_AT_ONCE) {
    const some = present.slice(from, from + PATHS_AT_ONCE);
    const args = ['ls-tree', '-r', '-l', '--full-tree', parent, '--', ...some];
    for (const { path, entry } of parseTree(await runRemote(runner, args), '')) entries.set(path, entry);
  }
  return new Map(
    paths.map((path) => {
      const entry = entries.get(path);
      if (entry === 'file' || added.has(path)) return [path, FILE];
      if (entry === 'executable') return [path, '100755'];
      throw new GitError('refused', `"${path.slice(0, 200)}" is no regular file of the commit.`);
    }),
  );
}

/**
 * Git takes away a file that stands where the folder of a new one has to be, and a folder where the file has to be, so the
 * finished tree is compared with its parent's. Throws `GitError` of kind `refused` unless what is added is new and nothing went.
 */
export async function refuseLosses(
  runner: GitRunner,
  { parent, tree, added }: { parent: string; tree: string; added: ReadonlySet<string> },
): Promise<void> {
  if (added.size === 0) return;
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', parent, tree, '--'];
  const words = (await runRemote(runner, args)).split('\0');
  const missing = new Set(added);
  for (let index = 0; index + 1 < words.length; index += 2) {
    const [status, path = ''] = words.slice(index, index + 2);
    if (status === 'D')
      throw new GitError('refused', `"${path.slice(0, 200)}" would go, and nothing is taken away.`);
    if (status === 'A') missing.delete(path);
  }
  for (const path of missing)
    throw new GitError('refused', `"${path.slice(0, 200)}" is there already, so it cannot be added.`);
}
