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
import { type Answer, innerText, linkOf, listOf, numberOf, objectOf, textOf } from './read-answer.js';
import { fullCommit, repositoryParts } from './repository-path.js';
import { statusText } from './status-text.js';

const PAGE = { limit: 'per_page', size: 100 } as const;

const STATES = { pending: 'pending', success: 'success', failure: 'failed', error: 'failed' } as const;

/**
 * GitLab's REST API v4 (docs.gitlab.com/api: merge_requests, merge_request_approvals, commits "List merge requests associated
 * with a commit" and "Set commit pipeline status"). The token needs the scope `api`.
 */
export class GitLab implements GitHost {
  readonly kind = 'gitlab';
  readonly #api: HostApi;
  readonly #project: readonly string[];

  constructor(connection: HostConnection) {
    // One part of the path: the host wants its slashes encoded.
    this.#project = ['projects', repositoryParts(connection.repository, true).join('/')];
    this.#api = new HostApi({ ...connection, headers: { 'private-token': connection.token } });
  }

  openProposal(request: ProposalRequest): Promise<Proposal> {
    const { title, body: description, branch, into } = request;
    const body = {
      title,
      description,
      source_branch: branch,
      target_branch: into,
      remove_source_branch: true,
    };
    const call = { method: 'POST', path: [...this.#project, 'merge_requests'], body } as const;
    return openOnce(this, request, async () => proposalOf(await this.#api.call(call)));
  }

  async findProposal(branch: string, into: string): Promise<Proposal | undefined> {
    const query = { state: 'opened', source_branch: branch, target_branch: into };
    const found = await this.#api.pages(
      { method: 'GET', path: [...this.#project, 'merge_requests'], query },
      PAGE,
    );
    return listOf(found, 'merge_requests')
      .filter(isOwn)
      .map(proposalOf)
      .find((one) => one.branch === branch && one.into === into);
  }

  async proposalState(number: number): Promise<ProposalState> {
    const path = [...this.#project, 'merge_requests', number];
    const request = objectOf(await this.#api.call({ method: 'GET', path }), 'merge request');
    const state = textOf(request, 'state');
    if (state === 'merged' || state === 'closed') return state;
    // `locked` is on its way to being merged.
    return 'open';
  }

  async closeProposal(number: number): Promise<void> {
    if ((await this.proposalState(number)) !== 'open') return;
    const path = [...this.#project, 'merge_requests', number];
    await this.#api.call({ method: 'PUT', path, body: { state_event: 'close' } });
  }

  async approvalsOf(commit: string, into: string): Promise<Approvals | undefined> {
    const path = [...this.#project, 'repository', 'commits', fullCommit(commit), 'merge_requests'];
    const found = listOf(await this.#api.pages({ method: 'GET', path }, PAGE), 'merge_requests');
    const merged = found.filter((one) => one.state === 'merged' && one.target_branch === into);
    const made = (one: Answer) => [one.merge_commit_sha, one.squash_commit_sha, one.sha].includes(commit);
    const request = merged.find(made) ?? merged[0];
    if (request === undefined) return undefined;
    const proposal = proposalOf(request);
    const asked = {
      method: 'GET',
      path: [...this.#project, 'merge_requests', proposal.number, 'approvals'],
    } as const;
    const answer = objectOf(await this.#api.call(asked), 'approvals');
    const author = innerText(request, 'author', 'username') ?? '';
    // `merged_by` is the older name of the same.
    const mergedBy =
      innerText(request, 'merge_user', 'username') ?? innerText(request, 'merged_by', 'username');
    const approvals = standing(listOf(answer.approved_by, 'approved_by'), author);
    return { proposal, author, ...(mergedBy === undefined ? {} : { mergedBy }), approvals };
  }

  async setCommitStatus(commit: string, status: CommitStatus): Promise<void> {
    const { name, url } = status;
    const body = {
      state: STATES[status.state],
      name,
      description: statusText(status.description),
      ...(url === undefined ? {} : { target_url: url }),
    };
    const path = [...this.#project, 'statuses', fullCommit(commit)];
    try {
      await this.#api.call({ method: 'POST', path, body });
    } catch (cause) {
      // Setting a state that it has already is an error to GitLab (gitlab-org/gitlab-foss#25807), but not to us.
      if (
        !(
          cause instanceof HostError &&
          cause.status === 400 &&
          /Cannot transition status/.test(cause.message)
        )
      )
        throw cause;
    }
  }
}

function proposalOf(answer: unknown): Proposal {
  const request = objectOf(answer, 'merge request');
  return {
    number: numberOf(request, 'iid'),
    url: linkOf(request, 'web_url'),
    branch: textOf(request, 'source_branch'),
    into: textOf(request, 'target_branch'),
  };
}

/** Anybody can name a branch of a fork like ours. */
function isOwn(request: Answer): boolean {
  return numberOf(request, 'source_project_id') === numberOf(request, 'target_project_id');
}

/**
 * GitLab lists who approves now; what was withdrawn is not among them. Whether an approval was given before a later push
 * depends on the project's settings and is not said here, hence no `isCurrent`.
 */
function standing(approvedBy: readonly Answer[], author: string): Approval[] {
  const logins = approvedBy.map((one) => innerText(one, 'user', 'username'));
  return [...new Set(logins)]
    .filter((login): login is string => login !== undefined && login !== author)
    .sort()
    .map((login) => ({ login }));
}
