import type { Proposal } from './proposal.js';

export interface RemoteFacts {
  /** Where our branch is. */
  readonly tip: string | undefined;
  /** Newest commit of the tracked branch. */
  readonly head: string;
  /** Of the contents that the files should get on that commit. */
  readonly digest: string;
}

/**
 * Whether the branch has to be made anew: it is not there, it says something else than it should, or the tracked branch has
 * moved. With a pull request open, a commit that touches other files is no reason: it merges as it is, and pushing again
 * would throw away the approvals that it has on many hosts.
 */
export function mustRebuild(
  { state, commits, base, contentDigest, pull }: Proposal,
  { tip, head, digest }: RemoteFacts,
): boolean {
  // What is not open yet has at least to be written down as such.
  if (state !== 'open' || tip === undefined || tip !== commits.at(-1) || contentDigest !== digest)
    return true;
  return base !== head && pull === undefined;
}
