import type { AuditEvent } from '../audit/index.js';
import type { Provenance } from './revision-hold.js';

export type GitSide = Pick<AuditEvent, 'git' | 'pullRequests' | 'approvals'>;

/** A push of thousands of commits can name as many people; the revision keeps all of them. */
const MOST_NAMED = 50;

/** What an audit entry says of how a commit came about; nothing where nobody could tell. */
export function gitSideOf(provenance: Provenance | undefined): GitSide {
  if (provenance === undefined) return {};
  const { authors, committers, signers, approvers, pullRequests, reviewed } = provenance;
  const some = <T>(all: readonly T[]) => all.slice(0, MOST_NAMED);
  // Names are searched by, and compared regardless of case everywhere; the revision has them as they were written.
  const people = (all: readonly string[]) => some(all).map((name) => name.toLowerCase());
  return {
    git: {
      ...{ authors: people(authors), committers: people(committers), signers: people(signers) },
      reviewed,
    },
    ...(pullRequests.length === 0 ? {} : { pullRequests: some(pullRequests) }),
    ...(approvers.length === 0
      ? {}
      : { approvals: people(approvers).map((by) => ({ by, on: 'git-host' as const })) }),
  };
}
