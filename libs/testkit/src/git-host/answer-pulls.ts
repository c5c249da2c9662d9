import type { HostName } from './documents.js';
import type { FakePull, FakeStatus } from './host-state.js';

/** A pull request in the words of GitHub's and Gitea's documents, which are nearly the same. */
function pullOf(pull: FakePull, repository: string, isList: boolean): object {
  const repo = (isFork: boolean | undefined) => (isFork ? `mallory/${repository.split('/')[1]}` : repository);
  const side = (ref: string, isFork?: boolean) => ({
    ref,
    sha: pull.headCommit,
    repo_id: isFork ? 2 : 1,
    repo: { full_name: repo(isFork) },
  });
  return {
    number: pull.number,
    html_url: `https://host.example/${repository}/pulls/${pull.number}`,
    title: pull.title,
    body: pull.body,
    state: pull.state === 'open' ? 'open' : 'closed',
    user: { login: pull.author },
    head: side(pull.branch, pull.isFork),
    base: side(pull.into),
    merged_at: pull.state === 'merged' ? '2026-11-23T12:00:00Z' : null,
    merge_commit_sha: pull.mergeCommit ?? null,
    // GitHub's list leaves these two out.
    ...(isList ? {} : { merged: pull.state === 'merged', merged_by: loginOf(pull.mergedBy) }),
  };
}

function loginOf(login: string | undefined): object | null {
  return login === undefined ? null : { login };
}

function mergeRequestOf(pull: FakePull, repository: string): object {
  return {
    iid: pull.number,
    web_url: `https://host.example/${repository}/-/merge_requests/${pull.number}`,
    title: pull.title,
    description: pull.body,
    state: pull.state === 'open' ? 'opened' : pull.state,
    author: { username: pull.author },
    source_branch: pull.branch,
    target_branch: pull.into,
    source_project_id: pull.isFork ? 2 : 1,
    target_project_id: 1,
    sha: pull.headCommit,
    merge_commit_sha: pull.mergeCommit ?? null,
    squash_commit_sha: null,
    merge_user: pull.mergedBy === undefined ? null : { username: pull.mergedBy },
  };
}

export function describePull(
  host: HostName,
  pull: FakePull,
  more: { repository: string; isList?: boolean },
): object {
  if (host === 'gitlab') return mergeRequestOf(pull, more.repository);
  return pullOf(pull, more.repository, host === 'github' && more.isList === true);
}

export function describeReviews(host: HostName, pull: FakePull): object[] {
  return pull.reviews.map(({ login, state, commit = pull.headCommit }, index) => ({
    id: index + 1,
    user: { login },
    state: host === 'gitea' && state === 'CHANGES_REQUESTED' ? 'REQUEST_CHANGES' : state,
    commit_id: commit,
    ...(host === 'gitea' ? { stale: commit !== pull.headCommit, dismissed: false } : {}),
  }));
}

/** GitLab keeps who approves now. */
export function describeApprovals(pull: FakePull): object {
  const last = new Map(pull.reviews.map(({ login, state }) => [login, state]));
  const approving = [...last].filter(([, state]) => state === 'APPROVED');
  return { approved_by: approving.map(([username]) => ({ user: { username } })) };
}

/** What the fields of a call mean, by the host's names for them. */
export function readPull(host: HostName, body: { readonly [field: string]: unknown }) {
  const text = (name: string) => String(body[name] ?? '');
  return host === 'gitlab'
    ? {
        title: text('title'),
        body: text('description'),
        branch: text('source_branch'),
        into: text('target_branch'),
      }
    : { title: text('title'), body: text('body'), branch: text('head'), into: text('base') };
}

export function readStatus(commit: string, body: { readonly [field: string]: unknown }): FakeStatus {
  return {
    commit,
    state: String(body.state),
    name: String(body.context ?? body.name ?? 'default'),
    description: String(body.description ?? ''),
    ...(body.target_url === undefined ? {} : { url: String(body.target_url) }),
  };
}
