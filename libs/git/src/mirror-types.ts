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

/**
 * Whose signature a commit carries. `good`: of an allowed signer, who is the `principal`. `expired-signer`: of a key on
 * the list that does not count at the time. `unknown-signer`: sound, of a key that is not on the list. `bad`: it does
 * not fit the commit. `foreign`: of a form that is not verified here. `unverifiable`: the machine cannot tell.
 */
export type Signature =
  | { readonly kind: 'good'; readonly principal: string; readonly fingerprint: string }
  | { readonly kind: 'expired-signer' | 'unknown-signer'; readonly fingerprint: string }
  | { readonly kind: 'none' | 'bad' }
  | { readonly kind: 'foreign'; readonly format: 'OpenPGP' | 'X.509' | 'unknown' }
  | { readonly kind: 'unverifiable'; readonly sentence: string };

/** A commit's claims, and what is proved of it. */
export interface CommitFacts extends CommitInfo {
  readonly signature: Signature;
  /**
   * A merge that says something else than git makes of its parents by itself (a conflict resolved, or more): whoever
   * made it is an author too. Always true where git is older than 2.38 and cannot tell; false for other commits.
   */
  readonly isEditedMerge: boolean;
}

export interface ProvenanceRange {
  /** The revision accepted before. Absent: there is none, and only the commit `to` itself is looked at. */
  readonly from: string | undefined;
  readonly to: string;
  /** Text of the `allowed_signers` file in force, which is the one of `from` and never the one that `to` brings. */
  readonly allowedSigners: string;
  /** When the commits are seen; a key must be valid then, not only at the time that a commit claims. */
  readonly nowMs: number;
}

export interface Provenance {
  /** Oldest first. */
  readonly commits: readonly CommitFacts[];
  /** False: there are more than are looked at, so nothing is proved of the older ones. */
  readonly isComplete: boolean;
}

/** What one commit did to one file below a folder; without blobs before or after there was no file. */
export interface FolderChange {
  readonly commit: string;
  /** Below the folder. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

export interface ChangesWanted {
  /** A full commit id. */
  readonly upTo: string;
  /** Without slashes at its ends; empty for everything. */
  readonly folder: string;
  /** Git runs in that folder itself. */
  readonly isHere?: true;
  /** Only the branch itself, a merge as one; else every commit, a merge against each parent. */
  readonly firstParent: boolean;
}

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
  /** Who made the commits between two revisions, with verified signatures. Throws `GitError`. */
  provenance(range: ProvenanceRange): Promise<Provenance>;
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
  /** What the newest commits up to a fetched one did below a folder, oldest first; nothing when it is not here. */
  folderChanges(wanted: ChangesWanted): Promise<readonly FolderChange[]>;
}
