/** What a published document of a host says about one call. What it does not name is refused by the fake. */
export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below the root of the API; `{name}` stands for one part. */
  readonly path: string;
  readonly query?: readonly string[];
  readonly body?: { readonly required: readonly string[]; readonly optional: readonly string[] };
  /** The only values that a field may have. */
  readonly values?: { readonly [field: string]: readonly string[] };
}

export interface HostDocument {
  /** Where the operations were read. */
  readonly source: string;
  readonly root: string;
  /** The header that carries the token, and what stands before it. */
  readonly auth: { readonly header: string; readonly prefix: string };
  readonly created: number;
  /** Status of the answer to an edit. */
  readonly edited: number;
  readonly operations: readonly Operation[];
}

const PULLS = '/repos/{owner}/{repo}/pulls';
const STATES = ['error', 'failure', 'pending', 'success'];

/**
 * Request fields: github/rest-api-description 16.6.0 (PullsCreateRequest, PullsUpdateRequest, repos/create-commit-status) and
 * docs.github.com/rest/pulls/pulls, /pulls/reviews, /commits/commits, /commits/statuses.
 */
const GITHUB: HostDocument = {
  source: 'docs.github.com/rest, X-GitHub-Api-Version 2022-11-28',
  root: '',
  auth: { header: 'authorization', prefix: 'Bearer ' },
  created: 201,
  edited: 200,
  operations: [
    {
      name: 'list-pulls',
      method: 'GET',
      path: PULLS,
      query: ['state', 'head', 'base', 'sort', 'direction', 'per_page', 'page'],
    },
    {
      name: 'create-pull',
      method: 'POST',
      path: PULLS,
      body: {
        required: ['title', 'head', 'base'],
        optional: ['body', 'head_repo', 'maintainer_can_modify', 'draft', 'issue'],
      },
    },
    { name: 'get-pull', method: 'GET', path: `${PULLS}/{number}` },
    {
      name: 'edit-pull',
      method: 'PATCH',
      path: `${PULLS}/{number}`,
      body: { required: [], optional: ['title', 'body', 'state', 'base', 'maintainer_can_modify'] },
      values: { state: ['open', 'closed'] },
    },
    { name: 'list-reviews', method: 'GET', path: `${PULLS}/{number}/reviews`, query: ['per_page', 'page'] },
    {
      name: 'pulls-of-commit',
      method: 'GET',
      path: '/repos/{owner}/{repo}/commits/{sha}/pulls',
      query: ['per_page', 'page'],
    },
    {
      name: 'create-status',
      method: 'POST',
      path: '/repos/{owner}/{repo}/statuses/{sha}',
      body: { required: ['state'], optional: ['target_url', 'description', 'context'] },
      values: { state: STATES },
    },
  ],
};

const REQUESTS = '/projects/{project}/merge_requests';

/** doc/api/merge_requests.md, merge_request_approvals.md and commits.md of gitlabhq/gitlabhq; pagination by doc/api/rest. */
const GITLAB: HostDocument = {
  source: 'docs.gitlab.com/api, v4',
  root: '/api/v4',
  auth: { header: 'private-token', prefix: '' },
  created: 201,
  edited: 200,
  operations: [
    {
      name: 'list-pulls',
      method: 'GET',
      path: REQUESTS,
      query: ['state', 'source_branch', 'target_branch', 'order_by', 'sort', 'per_page', 'page'],
    },
    {
      name: 'create-pull',
      method: 'POST',
      path: REQUESTS,
      body: {
        required: ['source_branch', 'target_branch', 'title'],
        optional: ['description', 'labels', 'remove_source_branch', 'squash', 'allow_collaboration'],
      },
    },
    { name: 'get-pull', method: 'GET', path: `${REQUESTS}/{number}` },
    {
      name: 'edit-pull',
      method: 'PUT',
      path: `${REQUESTS}/{number}`,
      body: { required: [], optional: ['title', 'description', 'state_event', 'target_branch', 'labels'] },
      values: { state_event: ['close', 'reopen'] },
    },
    { name: 'approvals', method: 'GET', path: `${REQUESTS}/{number}/approvals` },
    {
      name: 'pulls-of-commit',
      method: 'GET',
      path: '/projects/{project}/repository/commits/{sha}/merge_requests',
      query: ['per_page', 'page'],
    },
    {
      name: 'create-status',
      method: 'POST',
      path: '/projects/{project}/statuses/{sha}',
      body: {
        required: ['state'],
        optional: ['ref', 'name', 'context', 'target_url', 'description', 'coverage', 'pipeline_id'],
      },
      values: { state: ['pending', 'running', 'success', 'failed', 'canceled'] },
    },
  ],
};

/** The swagger document of Gitea 1.22 and Forgejo: CreatePullRequestOption, EditPullRequestOption, CreateStatusOption. */
const GITEA: HostDocument = {
  source: 'templates/swagger/v1_json.tmpl of go-gitea/gitea',
  root: '/api/v1',
  auth: { header: 'authorization', prefix: 'token ' },
  created: 201,
  edited: 201,
  operations: [
    {
      name: 'list-pulls',
      method: 'GET',
      path: PULLS,
      query: ['state', 'sort', 'milestone', 'labels', 'poster', 'page', 'limit'],
    },
    {
      name: 'create-pull',
      method: 'POST',
      path: PULLS,
      // The document marks none as required; the structure behind it binds these three (modules/structs/pull.go).
      body: {
        required: ['head', 'base', 'title'],
        optional: ['body', 'assignee', 'assignees', 'milestone', 'labels', 'due_date'],
      },
    },
    { name: 'get-pull', method: 'GET', path: `${PULLS}/{number}` },
    {
      name: 'edit-pull',
      method: 'PATCH',
      path: `${PULLS}/{number}`,
      body: { required: [], optional: ['title', 'body', 'base', 'state', 'labels', 'unset_due_date'] },
      values: { state: ['open', 'closed'] },
    },
    { name: 'list-reviews', method: 'GET', path: `${PULLS}/{number}/reviews`, query: ['page', 'limit'] },
    { name: 'pulls-of-commit', method: 'GET', path: '/repos/{owner}/{repo}/commits/{sha}/pull' },
    {
      name: 'create-status',
      method: 'POST',
      path: '/repos/{owner}/{repo}/statuses/{sha}',
      body: { required: [], optional: ['state', 'target_url', 'description', 'context'] },
      values: { state: [...STATES, 'warning'] },
    },
  ],
};

export const HOST_DOCUMENTS = { github: GITHUB, gitlab: GITLAB, gitea: GITEA } as const;
export type HostName = keyof typeof HOST_DOCUMENTS;
