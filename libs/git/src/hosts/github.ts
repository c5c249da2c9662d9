import type {
  Approval,
  Approvals,
  CommitStatus,
  GitHost,
  Proposal,
  ProposalRequest,
  ProposalState,
} from './git-host.js';
import { HostApi } from './host-api.js';
import type { HostConnection } from './host-connection.js';
import { HostError } from './host-error.js';
import { openOnce } from './open-once.js';
import {
  type Answer,
  innerText,
  linkOf,
  listOf,
  numberOf,
  objectOf,
  optionalText,
  textOf,
} from './read-answer.js';
import { fullCommit, repositoryParts } from './repository-path.js';
import { statusText } from './status-text.js';

const PAGE = { limit: 'per_page', size: 100 } as const;

/**
 * GitHub's REST API, version 2022-11-28 (docs.github.com/rest: pulls/pulls with "Update a pull request", pulls/reviews, commits/commits "List pull requests
 * associated with a commit", commits/statuses). The token needs `pull_requests: write` and `statuses: write`.
 */
export class GitHub implements GitHost {
  readonly kind = 'github';
  readonly #api: HostApi;
  readonly #owner: string;
  readonly #repo: readonly string[];

  constructor(connection: HostConnection) {
    const parts = repositoryParts(connection.repository, false);
    this.#owner = parts[0]!;
    this.#repo = ['repos', ...parts];
    this.#api = new HostApi({
      ...connection,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${connection.token}`,
        'x-github-api-version': '2022-11-28',
      },
    });
  }

  openProposal(request: ProposalRequest): Promise<Proposal> {
    const { title, body, branch, into } = request;
    return openOnce(this, request, async () => {
      const call = {
        method: 'POST',
        path: [...this.#repo, 'pulls'],
        body: { title, body, head: branch, base: into },
      } as const;
      return proposalOf(await this.#api.call(call).catch(asConflict));
    });
  }

  async findProposal(branch: string, into: string): Promise<Proposal | undefined> {
    const query = { state: 'open', head: `${this.#owner}:${branch}`, base: into };
    const pulls = await this.#api.pages({ method: 'GET', path: [...this.#repo, 'pulls'], query }, PAGE);
    // Where a filter is not understood the host gives everything, so the answer is looked at, too.
    return listOf(pulls, 'pulls')
      .filter(isOwn)
      .map(proposalOf)
      .find((pull) => pull.branch === branch && pull.into === into);
  }

  async proposalState(number: number): Promise<ProposalState> {
    const path = [...this.#repo, 'pulls', number];
    const pull = objectOf(await this.#api.call({ method: 'GET', path }), 'pull');
    if (pull.merged === true) return 'merged';
    return textOf(pull, 'state') === 'open' ? 'open' : 'closed';
  }

  async closeProposal(number: number): Promise<void> {
    if ((await this.proposalState(number)) !== 'open') return;
    const path = [...this.#repo, 'pulls', number];
    await this.#api.call({ method: 'PATCH', path, body: { state: 'closed' } });
  }

  async approvalsOf(commit: string, into: string): Promise<Approvals | undefined> {
    const path = [...this.#repo, 'commits', fullCommit(commit), 'pulls'];
    const pulls = listOf(await this.#api.pages({ method: 'GET', path }, PAGE), 'pulls');
    const merged = pulls.filter(
      (pull) => optionalText(pull, 'merged_at') !== undefined && innerText(pull, 'base', 'ref') === into,
    );
    const pull = merged.find((one) => optionalText(one, 'merge_commit_sha') === commit) ?? merged[0];
    if (pull === undefined) return undefined;
    const proposal = proposalOf(pull);
    const one = [...this.#repo, 'pulls', proposal.number];
    const full = objectOf(await this.#api.call({ method: 'GET', path: one }), 'pull');
    const reviews = await this.#api.pages({ method: 'GET', path: [...one, 'reviews'] }, PAGE);
    const author = loginOf(full);
    const mergedBy = innerText(full, 'merged_by', 'login');
    const approvals = standing(listOf(reviews, 'reviews'), { author, head: innerText(full, 'head', 'sha') });
    return { proposal, author, ...(mergedBy === undefined ? {} : { mergedBy }), approvals };
  }

  async setCommitStatus(commit: string, status: CommitStatus): Promise<void> {
    const { state, name: context, url } = status;
    const body = {
      state,
      context,
      description: statusText(status.description),
      ...(url === undefined ? {} : { target_url: url }),
    };
    await this.#api.call({ method: 'POST', path: [...this.#repo, 'statuses', fullCommit(commit)], body });
  }
}

/** GitHub says 422 for a second pull request from the same branch, as for everything that it finds wrong. */
function asConflict(cause: unknown): never {
  if (cause instanceof HostError && cause.status === 422 && /already exists/i.test(cause.message))
    throw new HostError('conflict', cause.message, { status: 422 });
  throw cause;
}

function proposalOf(answer: unknown): Proposal {
  const pull = objectOf(answer, 'pull');
  const ref = (side: string) => textOf(objectOf(pull[side], side), 'ref');
  return {
    number: numberOf(pull, 'number'),
    url: linkOf(pull, 'html_url'),
    branch: ref('head'),
    into: ref('base'),
  };
}

/** Anybody can name a branch of a fork like ours. */
function isOwn(pull: Answer): boolean {
  const repo = (side: unknown) => innerText(objectOf(side, 'side'), 'repo', 'full_name');
  return repo(pull.head) !== undefined && repo(pull.head) === repo(pull.base);
}

/** An account that is gone is `null` in GitHub's answers; its reviews count for nobody. */
function loginOf(answer: Answer): string {
  return innerText(answer, 'user', 'login') ?? '';
}

/** The reviews come in order of time; of each person the last one that decides counts, mere comments do not. */
function standing(
  reviews: readonly Answer[],
  pull: { author: string; head: string | undefined },
): Approval[] {
  const last = new Map<string, Answer>();
  for (const review of reviews) {
    const state = textOf(review, 'state');
    const login = loginOf(review);
    if (login === '' || login === pull.author || state === 'COMMENTED' || state === 'PENDING') continue;
    last.set(login, review);
  }
  return [...last]
    .filter(([, review]) => review.state === 'APPROVED')
    .map(([login, review]) => ({
      login,
      isCurrent: pull.head !== undefined && optionalText(review, 'commit_id') === pull.head,
    }))
    .sort((a, b) => (a.login < b.login ? -1 : 1));
}
