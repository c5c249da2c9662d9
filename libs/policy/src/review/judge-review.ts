import { type Change, changesOf } from './changes.js';
import { distinct, signerOf } from './people.js';
import type { CommitFact, ReviewFacts } from './review-facts.js';
import type { ReviewRules } from './rules-of.js';

export type ViolationCode =
  | 'unsigned'
  | 'unknown-signer'
  | 'expired-signer'
  | 'bad-signature'
  | 'foreign-signature'
  | 'signature-not-verifiable'
  | 'direct-push'
  | 'reviewed-by-author'
  | 'too-few-reviews'
  | 'review-not-proven'
  | 'commits-unknown';

export interface Violation {
  readonly code: ViolationCode;
  /** One sentence: which commit, what is missing. */
  readonly sentence: string;
}

export interface ReviewVerdict {
  /** Somebody who wrote none of it stands behind every commit, as many as the rules want and at least one. */
  readonly reviewed: boolean;
  /** What the rules demand and is not proved. Empty: the revision may go on. */
  readonly violations: readonly Violation[];
}

/**
 * Judges how a revision came about, by the rules of the one accepted before it. What is not proved does not count, for
 * whatever reason; machines and Guidon's own proposals are judged like anybody.
 */
export function judgeReview(facts: ReviewFacts, rules: ReviewRules): ReviewVerdict {
  const changes = changesOf(facts);
  const wanted = Math.max(1, rules.reviews);
  const reviewed =
    facts.gap === undefined &&
    changes.length > 0 &&
    changes.every(({ reviewers }) => reviewers.length >= wanted);
  const demands = rules.signatures === 'required' || rules.reviews > 0;
  const violations = [
    ...(facts.gap === undefined || !demands ? [] : [unknownCommits(facts.gap)]),
    ...(rules.signatures === 'required' ? facts.commits.flatMap(signatureViolation) : []),
    ...(rules.reviews > 0 ? changes.flatMap((change) => reviewViolation(change, facts, rules)) : []),
  ];
  return { reviewed, violations };
}

function unknownCommits(gap: string): Violation {
  return { code: 'commits-unknown', sentence: `Not every commit of the revision is known: ${gap}` };
}

function signatureViolation({ commit, signature }: CommitFact): Violation[] {
  const name = short(commit);
  switch (signature.kind) {
    case 'good':
      return [];
    case 'none':
      return [{ code: 'unsigned', sentence: `Commit ${name} is not signed.` }];
    case 'bad':
      return [
        { code: 'bad-signature', sentence: `The signature of commit ${name} does not fit the commit.` },
      ];
    case 'unknown-signer': {
      const sentence = `Commit ${name} is signed with the key ${signature.fingerprint}, which is on no list of allowed signers in force.`;
      return [{ code: 'unknown-signer', sentence }];
    }
    case 'expired-signer': {
      const sentence = `Commit ${name} is signed with the key ${signature.fingerprint}, which does not count at this time.`;
      return [{ code: 'expired-signer', sentence }];
    }
    case 'foreign': {
      const sentence = `Commit ${name} has a signature of the form ${signature.format}; only SSH signatures of allowed signers count.`;
      return [{ code: 'foreign-signature', sentence }];
    }
    case 'unverifiable': {
      const sentence = `Whether commit ${name} is signed by an allowed signer cannot be told: ${signature.sentence}`;
      return [{ code: 'signature-not-verifiable', sentence }];
    }
  }
}

function reviewViolation(change: Change, { host }: ReviewFacts, { reviews }: ReviewRules): Violation[] {
  const { reviewers, selfReviewers, pullRequests, tip } = change;
  const missing = reviews - reviewers.length;
  if (missing <= 0) return [];
  const name = short(tip.commit);
  const wanted = `${reviews} ${reviews === 1 ? 'person' : 'people'} other than its authors`;
  const by = reviewers.length === 0 ? 'nobody' : `only ${reviewers.join(', ')}`;
  if (host.kind === 'unreachable') {
    const sentence = `Commit ${name} needs ${wanted}, and the Git host could not be asked who approved it: ${host.sentence}`;
    return [{ code: 'review-not-proven', sentence }];
  }
  if (selfReviewers.length > 0) {
    const sentence = `Commit ${name} needs ${wanted}, but ${selfReviewers.join(', ')} wrote some of it, and ${by} else approved or merged it.`;
    return [{ code: 'reviewed-by-author', sentence }];
  }
  if (pullRequests.length === 0 && tip.parents.length < 2) {
    const sentence = `Commit ${name} came to the branch by a direct push; it needs ${wanted}.`;
    return [{ code: 'direct-push', sentence }];
  }
  return [
    { code: 'too-few-reviews', sentence: `Commit ${name} needs ${wanted}; ${by} approved or merged it.` },
  ];
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

/** Who took part, for the record of the revision. Authors and committers are claims; signers are proved. */
export interface Participants {
  readonly authors: readonly string[];
  readonly committers: readonly string[];
  readonly signers: readonly string[];
  readonly approvers: readonly string[];
  readonly pullRequests: readonly { readonly id: string; readonly url?: string }[];
}

export function participantsOf({ commits, host }: ReviewFacts): Participants {
  const pullRequests = host.kind === 'known' ? host.pullRequests : [];
  return {
    authors: distinct(commits.map(({ author }) => author.email)),
    committers: distinct(commits.map(({ committer }) => committer.email)),
    signers: distinct(commits.flatMap((commit) => signerOf(commit) ?? [])),
    approvers: distinct(pullRequests.flatMap(({ approvers }) => approvers)),
    pullRequests: pullRequests.map(({ id, url }) => (url === undefined ? { id } : { id, url })),
  };
}
