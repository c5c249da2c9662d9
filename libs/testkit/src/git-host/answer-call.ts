import { describeApprovals, describePull, describeReviews, readPull, readStatus } from './answer-pulls.js';
import type { CheckedCall, HostCallSeen } from './check-call.js';
import type { HostDocument, HostName } from './documents.js';
import { type FakePull, type HostState, pageOf } from './host-state.js';

export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** Text is sent as it is. */
  readonly body?: unknown;
}

export interface HostParts {
  readonly host: HostName;
  readonly repository: string;
  readonly document: HostDocument;
  readonly state: HostState;
}

type Allowed = Extract<CheckedCall, { operation: unknown }>;

const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found' } };

/** Does what a call that its document allows asks for. Another repository than ours is one that the token may not see. */
export function answerCall(
  parts: HostParts,
  call: HostCallSeen,
  { operation, parts: path }: Allowed,
): Answer {
  const asked = path.get('project') ?? `${path.get('owner')}/${path.get('repo')}`;
  if (asked !== parts.repository) return NOT_FOUND;
  const body = (call.body ?? {}) as { [field: string]: unknown };
  switch (operation.name) {
    case 'list-pulls':
      return ok(pageOf(listed(parts, call.query), call.query));
    case 'create-pull':
      return create(parts, body);
    case 'pulls-of-commit':
      return ofCommit(parts, path.get('sha') ?? '', call.query);
    case 'create-status':
      parts.state.statuses.push(readStatus(path.get('sha') ?? '', body));
      return { status: parts.document.created, body: { id: parts.state.statuses.length } };
    default:
      return onPull(parts, operation.name, { number: Number(path.get('number')), query: call.query, body });
  }
}

function onPull(
  parts: HostParts,
  name: string,
  asked: { number: number; query: URLSearchParams; body: { [field: string]: unknown } },
): Answer {
  const pull = parts.state.pulls.find((one) => one.number === asked.number);
  if (pull === undefined) return NOT_FOUND;
  if (name === 'list-reviews') return ok(pageOf(describeReviews(parts.host, pull), asked.query));
  if (name === 'approvals') return ok(describeApprovals(pull));
  if (name === 'edit-pull') {
    if (asked.body.state === 'closed' || asked.body.state_event === 'close') pull.state = 'closed';
    return { status: parts.document.edited, body: describePull(parts.host, pull, parts) };
  }
  return ok(describePull(parts.host, pull, parts));
}

function listed({ host, repository, state }: HostParts, query: URLSearchParams): object[] {
  const wanted = query.get('state');
  const isOpen = (pull: FakePull) => (wanted === 'open' || wanted === 'opened') === (pull.state === 'open');
  const owner = repository.split('/')[0];
  const fits = (name: string, value: string) => (query.get(name) ?? value) === value;
  return state.pulls
    .filter(isOpen)
    .filter((pull) => fits('head', `${owner}:${pull.branch}`) && fits('base', pull.into))
    .filter((pull) => fits('source_branch', pull.branch) && fits('target_branch', pull.into))
    .map((pull) => describePull(host, pull, { repository, isList: true }));
}

/** A second one from the same branch: 422 at GitHub, 409 at the others, each in its own words. */
function create(parts: HostParts, body: { [field: string]: unknown }): Answer {
  const { host, document, state } = parts;
  const pull = state.open(readPull(host, body));
  if (pull !== undefined) return { status: document.created, body: describePull(host, pull, parts) };
  if (host === 'github') {
    const message = `A pull request already exists for ${parts.repository.split('/')[0]}:${String(body.head)}.`;
    return {
      status: 422,
      body: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', message }] },
    };
  }
  if (host === 'gitea')
    return { status: 409, body: { message: 'pull request already exists for these targets' } };
  return {
    status: 409,
    body: { message: ['Another open merge request already exists for this source branch: !1'] },
  };
}

/** GitHub and GitLab list them, Gitea names the one that was merged. */
function ofCommit(parts: HostParts, commit: string, query: URLSearchParams): Answer {
  const { host, repository, state } = parts;
  const found = state.ofCommit(commit);
  if (host !== 'gitea')
    return ok(
      pageOf(
        found.map((pull) => describePull(host, pull, { repository, isList: true })),
        query,
      ),
    );
  const merged = found.find((pull) => pull.mergeCommit === commit && pull.state === 'merged');
  return merged === undefined ? NOT_FOUND : ok(describePull(host, merged, { repository }));
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
