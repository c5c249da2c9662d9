import { resolveCommit, shallowEnds } from './history.js';
import type { ChangesWanted, FolderChange } from './mirror-types.js';
import { type GitRunner, runLocal } from './run-git.js';

/** How far back a history is read; what was done before is judged as if nobody knew of it. */
export const MOST_COMMITS = 2_000;

const COMMIT_ID = /^[0-9a-f]{40,64}$/;

/** Oldest first; nothing where the commit is not here. A move is the end of one path and the beginning of another. */
export async function readFolderChanges(runner: GitRunner, wanted: ChangesWanted): Promise<FolderChange[]> {
  const { upTo, folder, firstParent } = wanted;
  if (!COMMIT_ID.test(upTo) || (await resolveCommit(runner, upTo)) === undefined) return [];
  const output = await runLocal(runner, [
    ...['log', '--no-show-signature', '--format=%H', '--raw', '-z', '--no-abbrev', '--no-renames', '-m'],
    ...['--full-history', '--reverse', `--max-count=${MOST_COMMITS}`],
    ...[
      ...(firstParent ? ['--first-parent'] : []),
      upTo,
      '--',
      wanted.isHere === true || folder === '' ? '.' : folder,
    ],
  ]);
  const changes: FolderChange[] = [];
  const parts = output.split('\0').map((part) => part.replace(/^\n/, ''));
  let commit = '';
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (COMMIT_ID.test(part)) commit = part;
    if (!part.startsWith(':')) continue;
    at += 1;
    const [, , before, after] = part.split(' ');
    const path = below(parts[at] ?? '', folder);
    if (path !== undefined)
      changes.push({ commit, path, ...named('before', before), ...named('after', after) });
  }
  return changes;
}

/** Paths below a folder that a commit changed against its first parent; `undefined` when we cannot know. */
export async function readChangedPaths(
  runner: GitRunner,
  commit: string,
  folder: string,
): Promise<readonly string[] | undefined> {
  if (!/^[0-9a-f]{7,64}$/.test(commit)) return undefined;
  const full = await resolveCommit(runner, commit);
  if (full === undefined || (await shallowEnds(runner)).includes(full)) return undefined;
  const parent = await resolveCommit(runner, `${full}^1`);
  const from = parent === undefined ? ['--root', full] : [parent, full];
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-commit-id', '--no-renames', ...from, '--'];
  return (await runLocal(runner, args))
    .split('\0')
    .flatMap((path) => (path === '' ? [] : (below(path, folder) ?? [])));
}

/** The path as it is seen from the folder. */
export function below(path: string, folder: string): string | undefined {
  if (folder === '') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

/** Git writes zeros where there is no file. */
function named<Name extends string>(name: Name, blob: string | undefined): { [name in Name]?: string } {
  return blob === undefined || /^0+$/.test(blob) ? {} : ({ [name]: blob } as { [name in Name]: string });
}
