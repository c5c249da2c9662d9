import { distinct, People, signerOf } from './people.js';
import type { CommitFact, HostFacts, PullRequestFact, ReviewFacts } from './review-facts.js';

/** One step of the tracked branch: a commit, or a merge with everything that it brings in. */
export interface Change {
  /** The commit that stands on the branch itself. */
  readonly tip: CommitFact;
  readonly commits: readonly CommitFact[];
  readonly pullRequests: readonly PullRequestFact[];
  /** Claimed or proved: whoever may have written some of it. */
  readonly authors: People;
  /** Others who stand behind it: who approved it, who merged it. */
  readonly reviewers: readonly string[];
  /** Approved or merged it, but is an author. */
  readonly selfReviewers: readonly string[];
}

/** Takes a revision apart into the steps that the branch took, along the first parents. */
export function changesOf({ commits, head, host }: ReviewFacts): Change[] {
  const byId = new Map(commits.map((commit) => [commit.commit, commit]));
  const steps: CommitFact[] = [];
  for (let tip = byId.get(head); tip !== undefined; tip = byId.get(tip.parents[0] ?? '')) steps.push(tip);
  const taken = new Set<string>();
  return steps.reverse().map((tip) => changeAt(tip, broughtIn(tip, byId, taken), host));
}

/** The step and what it has that no earlier step had. */
function broughtIn(tip: CommitFact, byId: ReadonlyMap<string, CommitFact>, taken: Set<string>): CommitFact[] {
  const found: CommitFact[] = [];
  const open = [tip];
  for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
    if (taken.has(commit.commit)) continue;
    taken.add(commit.commit);
    found.push(commit);
    open.push(...commit.parents.flatMap((id) => byId.get(id) ?? []));
  }
  return found;
}

function changeAt(tip: CommitFact, commits: readonly CommitFact[], host: HostFacts): Change {
  const pullRequests = host.kind === 'known' ? host.pullRequests.filter((one) => covers(one, commits)) : [];
  const authors = new People([
    ...pullRequests.map(({ author }) => author),
    ...written(tip, commits).flatMap((commit) => [commit.author.email, signerOf(commit)]),
  ]);
  const merger = tip.parents.length > 1 ? signerOf(tip) : undefined;
  const behind = distinct(
    [...pullRequests.flatMap(({ approvers, mergedBy }) => [...approvers, mergedBy]), merger].flatMap(
      (name) => name ?? [],
    ),
  );
  return {
    tip,
    commits,
    pullRequests,
    authors,
    reviewers: behind.filter((name) => !authors.has(name)),
    selfReviewers: behind.filter((name) => authors.has(name)),
  };
}

/**
 * A merge is written by those whose commits it brings in, and by its maker where he added something, or where it brings
 * in nothing new.
 */
function written(tip: CommitFact, commits: readonly CommitFact[]): readonly CommitFact[] {
  const plain = commits.filter(({ parents, isEditedMerge }) => parents.length < 2 || isEditedMerge);
  return plain.length === 0 ? [tip] : plain;
}

/** Every commit must have come by the pull request, or a commit pushed beside it would pass as reviewed. */
function covers({ commits: ids }: PullRequestFact, commits: readonly CommitFact[]): boolean {
  return ids === undefined || commits.every(({ commit }) => ids.includes(commit));
}
