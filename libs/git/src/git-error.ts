/**
 * Why a git command failed. `unreachable`: no connection or no repository there. `auth`: credentials or host key
 * refused. `no-branch`: reachable, but the branch (or any commit) is missing. `time-out`: killed by us. `corrupt`: damaged
 * objects. `stale`: a branch there is not where we knew it to be. `rejected`: the remote takes no such push. `refused`: we
 * would not run it (URL form, bad id, over a bound). `failed`: anything else.
 */
export type GitErrorKind =
  | 'unreachable'
  | 'auth'
  | 'no-branch'
  | 'time-out'
  | 'corrupt'
  | 'stale'
  | 'rejected'
  | 'refused'
  | 'failed';

/** The only error that this module throws; its message is already free of secrets. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    readonly kind: GitErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/** In this order: the first text that occurs decides, so the specific ones stand first. */
const SYMPTOMS: readonly (readonly [pattern: RegExp, kind: GitErrorKind])[] = [
  [/\[rejected\] .*\((stale info|fetch first|non-fast-forward)\)/i, 'stale'],
  [/\[remote rejected\]/i, 'rejected'],
  [/couldn't find remote ref|remote branch .* not found/i, 'no-branch'],
  [/authentication failed|could not read (username|password)|terminal prompts disabled/i, 'auth'],
  [/permission denied|host key verification failed|returned error: 40[13]|invalid credentials/i, 'auth'],
  [/dubious ownership/i, 'auth'],
  [/index-pack failed|fsck error|unpack-objects failed|did not send all necessary objects/i, 'corrupt'],
  [
    /bad object|corrupt|missing (blob|tree|commit|object)|unable to read (sha1|tree|[0-9a-f]{40})/i,
    'corrupt',
  ],
  [/invalid index-pack output|packfile .* (cannot be|is far too short)|not a valid object name/i, 'corrupt'],
  [/timed out|timeout/i, 'time-out'],
  [
    /could not resolve|connection (refused|reset)|unable to (access|connect)|network is unreachable/i,
    'unreachable',
  ],
  [
    /does not appear to be a git repository|not found|does not exist|could not read from remote/i,
    'unreachable',
  ],
  [/early eof|hung up unexpectedly|unexpected disconnect|rpc failed|ssl|certificate/i, 'unreachable'],
];

/** Reads git's own words (run with `LC_ALL=C`, so they are English) and says which kind of failure it was. */
export function classifyFailure(stderr: string): GitErrorKind {
  for (const [pattern, kind] of SYMPTOMS) if (pattern.test(stderr)) return kind;
  return 'failed';
}
