import { GitError } from './git-error.js';
import type { CommitInfo } from './mirror-types.js';

/** Fields of one commit for `git log --format`, each ended by a NUL, which none of them can hold. */
export const COMMIT_FORMAT = ['%H', '%P', '%an', '%ae', '%cn', '%ce', '%ct', '%s'].join('%x00');
const FIELDS = 8;

/** Options that every such `git log` needs: nothing rewritten, nothing added. */
export const LOG_OPTIONS = ['--no-show-signature', '--no-mailmap', `--format=${COMMIT_FORMAT}`] as const;

/** Takes the output of `git log -z` with `LOG_OPTIONS` apart. */
export function parseCommits(output: string): CommitInfo[] {
  const fields = output.split('\0');
  const commits: CommitInfo[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS)
    commits.push(commitOf(fields.slice(at, at + FIELDS)));
  return commits;
}

/** The same for a question about one commit. */
export function onlyCommit(output: string): CommitInfo {
  const [info] = parseCommits(output);
  if (info === undefined) throw new GitError('corrupt', 'git described no commit.');
  return info;
}

function commitOf(fields: readonly string[]): CommitInfo {
  const [id, parents, author, authorEmail, committer, committerEmail, time, subject] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    commit: id,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: author, email: authorEmail },
    committer: { name: committer, email: committerEmail },
    subject,
    timeMs: Number(time) * 1000,
  };
}
