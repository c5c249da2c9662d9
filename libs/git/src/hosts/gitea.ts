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

const PAGE = { limit: 'limit', size: 50 } as const;

/**
 * The API v1 of Gitea and Forgejo (the swagger document that each instance serves at `/swagger.v1.json`: repoListPullRequests,
 * repoCreatePullRequest, repoGetCommitPullRequest, repoListPullReviews, repoCreateStatus). The token needs `write:repository`.
 */
export class Gitea implements GitHost {
  readonly kind = 'gitea';
  readonly #api: HostApi;
  readonly #repo: readonly string[];

  constructor(connection: HostConnection) {
    this.#repo = ['repos', ...repositoryParts(connection.repository, false)];
    this.#api = new HostApi({ ...connection, headers: { authorization: `token ${connection.token}` } });
  }

  openProposal(request: ProposalRequest): Promise<Proposal> {
    const { title, body, branch, into } = request;
    const call = {
      method: 'POST',
      path: [...this.#repo, 'pulls'],
      body: { title, body, head: branch, base: into },
    } as const;
    return openOnce(this, request, async () => proposalOf(await this.#api.call(call)));
  }

  /** There is no filter by branch in every version that is still run, so the open ones are looked through. */
  async findProposal(branch: string, into: string): Promise<Proposal | undefined> {
    const call = { method: 'GET', path: [...this.#repo, 'pulls'], query: { state: 'open' } } as const;
    const pulls = listOf(await this.#api.pages(call, PAGE), 'pulls');
    return pulls
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
    const pull = await this.#mergedBy(fullCommit(commit));
    if (pull === undefined || pull.merged !== true || innerText(pull, 'base', 'ref') !== into)
      return undefined;
    const proposal = proposalOf(pull);
    const path = [...this.#repo, 'pulls', proposal.number, 'reviews'];
    const reviews = listOf(await this.#api.pages({ method: 'GET', path }, PAGE), 'reviews');
    const author = innerText(pull, 'user', 'login') ?? '';
    const mergedBy = innerText(pull, 'merged_by', 'login');
    return {
      proposal,
      author,
      ...(mergedBy === undefined ? {} : { mergedBy }),
      approvals: standing(reviews, author),
    };
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

  /** 404 is the documented answer for a commit that no pull request brought. */
  async #mergedBy(commit: string): Promise<Answer | undefined> {
    try {
      const path = [...this.#repo, 'commits', commit, 'pull'];
      return objectOf(await this.#api.call({ method: 'GET', path }), 'pull');
    } catch (cause) {
      if (cause instanceof HostError && cause.kind === 'not-found') return undefined;
      throw cause;
    }
  }
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
  const repository = (side: string) => numberOf(objectOf(pull[side], side), 'repo_id');
  return repository('head') === repository('base');
}

/** Of each person the last review that decides counts; Gitea says itself which were dismissed and which are stale. */
function standing(reviews: readonly Answer[], author: string): Approval[] {
  const last = new Map<string, Answer>();
  const byTime = [...reviews].sort((a, b) => numberOf(a, 'id') - numberOf(b, 'id'));
  for (const review of byTime) {
    const login = innerText(review, 'user', 'login');
    const decides = ['APPROVED', 'REQUEST_CHANGES'].includes(optionalText(review, 'state') ?? '');
    if (login !== undefined && login !== author && decides) last.set(login, review);
  }
  return [...last]
    .filter(([, review]) => review.state === 'APPROVED' && review.dismissed !== true)
    .map(([login, review]) => ({ login, isCurrent: review.stale !== true }))
    .sort((a, b) => (a.login < b.login ? -1 : 1));
}
