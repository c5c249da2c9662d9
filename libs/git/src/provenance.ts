import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_OPTIONS, parseCommits } from './commit-info.js';
import { GitError } from './git-error.js';
import type { CommitInfo, Provenance, ProvenanceRange, Signature } from './mirror-types.js';
import { failure, type GitRunner, runLocal, runToEnd } from './run-git.js';
import { readSignature } from './signature.js';
import { signersAt } from './signers-at.js';

/** More new commits than this in one revision are not looked at one by one; the answer then says so. */
export const MOST_COMMITS = 500;

export interface ProvenanceOptions extends ProvenanceRange {
  /** Where a list of signers may lie for as long as git needs it. */
  readonly workDirectory: string;
}

/**
 * Who made the commits that lie between two revisions, oldest first, and whose signatures on them are good. `from` and
 * `to` are ids of commits that the repository has. Throws `GitError`.
 */
export async function readProvenance(runner: GitRunner, options: ProvenanceOptions): Promise<Provenance> {
  const found = parseCommits(await readLog(runner, options));
  const isComplete = found.length <= MOST_COMMITS;
  const path = join(options.workDirectory, `signers-${randomUUID()}`);
  await writeFile(path, signersAt(options.allowedSigners, options.nowMs), { mode: 0o600, flag: 'wx' });
  try {
    const commits = [];
    for (const info of isComplete ? found : found.slice(1))
      commits.push({
        ...info,
        signature: await signatureOf(runner, info.commit, path),
        isEditedMerge: await isEditedMerge(runner, info),
      });
    return { commits, isComplete };
  } finally {
    await rm(path, { force: true });
  }
}

const COMMIT_ID = /^[0-9a-f]{40,64}$/;

/** That both are commits and here, git checks on the way; only where it complains each is asked about by itself. */
async function readLog(runner: GitRunner, { from, to }: ProvenanceRange): Promise<string> {
  const ids = from === undefined ? [to] : [from, to];
  if (!ids.every((id) => COMMIT_ID.test(id)))
    throw new GitError('refused', 'An object id must be 40 to 64 hexadecimal digits.');
  const newest = `${to}^{commit}`;
  const span =
    from === undefined ? ['--no-walk', newest] : ['--topo-order', '--reverse', newest, `^${from}^{commit}`];
  const limit = `--max-count=${MOST_COMMITS + 1}`;
  const ended = await runToEnd(runner, ['log', '-z', ...LOG_OPTIONS, limit, ...span, '--']);
  if (ended.code === 0) return ended.stdout;
  for (const id of ids) await checkCommit(runner, id);
  throw failure(runner, 'log', ended.stderr);
}

async function checkCommit(runner: GitRunner, id: string): Promise<void> {
  const { code } = await runToEnd(runner, ['cat-file', '-e', `${id}^{commit}`]);
  if (code !== 0) throw new GitError('refused', `The commit ${id} is not in the repository.`);
}

async function isEditedMerge(runner: GitRunner, { commit, parents }: CommitInfo): Promise<boolean> {
  if (parents.length < 2) return false;
  const [ours, theirs, ...more] = parents as [string, string];
  if (more.length > 0) return true;
  const merged = await runToEnd(runner, ['merge-tree', '--write-tree', ours, theirs]);
  const tree = await runLocal(runner, ['rev-parse', '--verify', `${commit}^{tree}`]);
  return merged.code !== 0 || merged.stdout.trim() !== tree.trim();
}

/** What cannot be proved is a fact about the commit; only a git that hangs or is ended is an error of ours. */
async function signatureOf(runner: GitRunner, commit: string, signersFile: string): Promise<Signature> {
  try {
    return await readSignature(runner, commit, signersFile);
  } catch (error) {
    if (!(error instanceof GitError) || error.kind === 'time-out') throw error;
    return { kind: 'unverifiable', sentence: error.message };
  }
}
