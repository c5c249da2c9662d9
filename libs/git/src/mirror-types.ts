export interface MirrorOptions {
  /** Where from; see `parseSource` for the forms. */
  readonly url: string;
  /** Absent: whatever the source's HEAD names. */
  readonly branch?: string;
  /** Ours alone; made if missing. */
  readonly directory: string;
  /** Read anew at each fetch, so that a rotated token is picked up. */
  readonly tokenFile?: string;
  readonly sshKeyFile?: string;
  readonly knownHostsFile?: string;
  readonly caFile?: string;
  /** For each git command; 60,000 unless told. */
  readonly timeoutMs?: number;
  /** Whose PATH and proxy settings git gets; the process's own unless told. */
  readonly inherited?: NodeJS.ProcessEnv;
}

export interface TreeEntry {
  /** Relative to the folder asked for, with forward slashes. */
  readonly path: string;
  /** Object id. */
  readonly blob: string;
  readonly entry: 'file' | 'executable' | 'symlink' | 'submodule';
  /** Bytes; 0 for a submodule. */
  readonly size: number;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What the commit claims about itself; nothing of it is proved. */
export interface CommitInfo {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly subject: string;
  /** Committer time, milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * How a commit relates to an earlier one. `rewritten`: the earlier one is none of its ancestors. `unknown`: the source is
 * shallow, and the earlier one would lie beyond its end.
 */
export type Ancestry = 'continues' | 'rewritten' | 'unknown';

export interface Mirror {
  /** The source, fit for logs and answers. */
  readonly source: string;
  /** The branch followed; before the first fetch without a configured one, `HEAD`. */
  branch(): string;
  /** Brings the branch over and returns its newest commit id. Throws `GitError`. */
  fetchHead(): Promise<string>;
  /** Every entry below a folder at a commit; empty if the folder is not there. */
  readTree(commit: string, folder: string): Promise<readonly TreeEntry[]>;
  /** Contents by object id. Throws if one is missing or the bounds are passed. */
  readBlobs(ids: Iterable<string>): Promise<Map<string, Buffer>>;
  commitInfo(commit: string): Promise<CommitInfo>;
  /**
   * Says whether a fetched commit continues one that was judged before, and keeps both in our repository, also when the
   * source forgets them.
   */
  follow(commit: string, judged: string | undefined): Promise<Ancestry>;
  /**
   * Paths below a folder that a commit changed against its first parent, or `undefined` when we cannot know: the commit
   * (a full or unique short id) is not here, or its parents were cut off by a shallow source.
   */
  changedPaths(commit: string, folder: string): Promise<readonly string[] | undefined>;
}
