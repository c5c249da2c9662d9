/** What is known about the commits of a revision; shapes agree with `Provenance` of `@guidon/git`. */

/** Whose signature a commit carries; only `good` is that of an allowed signer. */
export type SignatureFact =
  | { readonly kind: 'good'; readonly principal: string }
  | { readonly kind: 'expired-signer' | 'unknown-signer'; readonly fingerprint: string }
  | { readonly kind: 'none' | 'bad' }
  | { readonly kind: 'foreign'; readonly format: string }
  | { readonly kind: 'unverifiable'; readonly sentence: string };

export interface CommitFact {
  readonly commit: string;
  readonly parents: readonly string[];
  /** A claim of the commit. */
  readonly author: { readonly name: string; readonly email: string };
  /** A claim of the commit. */
  readonly committer: { readonly name: string; readonly email: string };
  readonly signature: SignatureFact;
  /** A merge that says more than its parents, so that whoever made it is an author too. */
  readonly isEditedMerge: boolean;
}

/** A merged pull request as its host tells of it. People are named by login or e-mail. */
export interface PullRequestFact {
  /** As the host's people write it, such as `#12` or `!12`. */
  readonly id: string;
  readonly url?: string;
  readonly author?: string;
  readonly mergedBy?: string;
  /** Whose approval stands: of the last version, and not taken back. */
  readonly approvers: readonly string[];
  /** Ids of the commits that it brought to the branch. Absent: all of the revision. */
  readonly commits?: readonly string[];
}

/** What the Git host says. `not-asked`: none is configured. */
export type HostFacts =
  | { readonly kind: 'known'; readonly pullRequests: readonly PullRequestFact[] }
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'unreachable'; readonly sentence: string };

export interface ReviewFacts {
  /** From the revision accepted before to this one, oldest first. */
  readonly commits: readonly CommitFact[];
  /** One sentence: why not all commits are known. Absent: they are. */
  readonly gap?: string;
  /** The revision's own commit. */
  readonly head: string;
  readonly host: HostFacts;
}
