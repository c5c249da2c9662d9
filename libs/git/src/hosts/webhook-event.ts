/** The tracked branch as an event concerns it. */
export interface ConcernedBranch {
  readonly branch?: string;
  readonly commit?: string;
}

/**
 * What an event says of a branch: that it was pushed to, or that a review of what goes into it, or its merge, may prove
 * more of a commit than before. Everything else a pull request does (labels, comments, new commits on it) changes nothing here.
 *
 * Sources: docs.github.com "Webhook events and payloads" (push, pull_request, pull_request_review); docs.gitlab.com "Webhook
 * events" (push, merge request events with their actions); docs.gitea.com "Webhooks" and the event names of its source
 * (`modules/webhook/type.go`: an approval is `pull_request_approved`, a rejection `pull_request_rejected`).
 */
export function concernedBranch(event: string, payload: object): ConcernedBranch {
  switch (event) {
    case 'push':
    case 'Push Hook':
      return pushed(payload);
    case 'pull_request':
      return textOf(payload, 'action') === 'closed'
        ? named(textIn(payload, 'pull_request', 'base', 'ref'))
        : {};
    case 'pull_request_review':
    case 'pull_request_approved':
    case 'pull_request_rejected':
      return named(textIn(payload, 'pull_request', 'base', 'ref'));
    case 'Merge Request Hook':
      return MERGE_REQUEST_ACTIONS.has(textIn(payload, 'object_attributes', 'action'))
        ? named(textIn(payload, 'object_attributes', 'target_branch'))
        : {};
    default:
      return {};
  }
}

const MERGE_REQUEST_ACTIONS: ReadonlySet<string> = new Set([
  'approved',
  'approval',
  'unapproved',
  'unapproval',
  'merge',
]);

function pushed(payload: object): ConcernedBranch {
  const { branch } = named(/^refs\/heads\/(.+)$/.exec(textOf(payload, 'ref'))?.[1] ?? '');
  if (branch === undefined) return {};
  const after = textOf(payload, 'after');
  const isCommit = /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(after) && !/^0+$/.test(after);
  return { branch, ...(isCommit ? { commit: after } : {}) };
}

function named(branch: string): ConcernedBranch {
  return /^.{1,255}$/.test(branch) ? { branch } : {};
}

function textIn(payload: object, ...path: readonly string[]): string {
  const last = path.at(-1) ?? '';
  let at: unknown = payload;
  for (const name of path.slice(0, -1)) at = ownValue(at, name);
  return textOf(at, last);
}

function textOf(payload: unknown, name: string): string {
  const value = ownValue(payload, name);
  return typeof value === 'string' ? value : '';
}

/** `undefined` for what is no object, and for what it only inherits. */
function ownValue(payload: unknown, name: string): unknown {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, name)) return undefined;
  return (payload as { [name: string]: unknown })[name];
}
