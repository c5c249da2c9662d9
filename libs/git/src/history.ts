import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from './git-error.js';
import type { Ancestry } from './mirror-types.js';
import { failure, type GitRunner, runLocal, runToEnd } from './run-git.js';

/** The newest commit that was judged: it stays reachable while the branch is moved away from it. */
const JUDGED_REF = 'refs/guidon/judged';
/** Judged commits that a rewritten branch left behind. */
const LEFT_BEHIND = 'refs/guidon/left-behind';
const MOST_LEFT_BEHIND = 20;

/**
 * How a commit relates to one that was judged before, from the objects that we have. A commit that is not here is no
 * ancestor of one whose whole history is.
 */
export async function ancestryOf(runner: GitRunner, commit: string, judged: string): Promise<Ancestry> {
  if (commit === judged) return 'continues';
  // Prints the older commit unless it can be reached from the newer one; fails where the older one is not here.
  const args = ['rev-list', '--max-count=1', `${judged}^{commit}`, `^${commit}`, '--'];
  const { code, stdout, stderr } = await runToEnd(runner, args);
  if (code === 0 && stdout.trim() === '') return 'continues';
  if (code !== 0 && (await resolveCommit(runner, judged)) !== undefined)
    throw failure(runner, 'rev-list', stderr);
  return (await shallowEnds(runner)).length > 0 ? 'unknown' : 'rewritten';
}

/** Keeps both from being pruned: the commit as the newest judged one, and the one before if it was left behind. */
export async function keepJudged(
  runner: GitRunner,
  commit: string,
  leftBehind: string | undefined,
): Promise<void> {
  await runLocal(runner, ['update-ref', JUDGED_REF, commit]);
  if (leftBehind === undefined || (await resolveCommit(runner, leftBehind)) === undefined) return;
  await runLocal(runner, ['update-ref', `${LEFT_BEHIND}/${leftBehind}`, leftBehind]);
  const args = ['for-each-ref', '--sort=-committerdate', '--format=%(refname)', LEFT_BEHIND];
  const names = (await runLocal(runner, args)).split('\n').filter((name) => name !== '');
  for (const name of names.slice(MOST_LEFT_BEHIND)) await runLocal(runner, ['update-ref', '-d', name]);
}

/** The full id of a commit that is here. The id is checked by the caller. */
export async function resolveCommit(runner: GitRunner, commit: string): Promise<string | undefined> {
  try {
    return (await runLocal(runner, ['rev-parse', '--verify', `${commit}^{commit}`])).trim();
  } catch (error) {
    if (error instanceof GitError && error.kind === 'time-out') throw error;
    return undefined;
  }
}

/** Where a shallow source ends: there a commit looks as if it had no parents and had made every file. */
export async function shallowEnds(runner: GitRunner): Promise<readonly string[]> {
  const list = await readFile(join(runner.directory, 'shallow'), 'utf8').catch(() => '');
  return list.split('\n').filter((id) => id !== '');
}
