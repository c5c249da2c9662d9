import type { Provenance, RevisionHold, RevisionRecord } from '../catalog/index.js';

/** How the commit looks by what can be found out now, without what its files say. */
export interface SeenNow {
  readonly holds: readonly RevisionHold[];
  readonly provenance: Provenance | undefined;
  /** By the database's clock where it has one. */
  readonly nowMs: number;
}

const BY_PROOF: ReadonlySet<RevisionHold['kind']> = new Set(['unreviewed', 'unsigned', 'rewritten-history']);

/**
 * Why a held commit is judged once more, for the audit log; `undefined` while nothing has changed. Another sentence from a
 * host that still cannot be asked is no change.
 */
export function whyJudgedAgain(
  { holds: recorded }: Pick<RevisionRecord, 'holds'>,
  { holds, provenance, nowMs }: SeenNow,
): string | undefined {
  const before = recorded.filter(({ kind }) => BY_PROOF.has(kind));
  const [was, is] = [new Set(before.map(markOf)), new Set(holds.map(markOf))];
  const lifted = before.filter((hold) => !is.has(markOf(hold)));
  const added = holds.filter((hold) => !was.has(markOf(hold)));
  const ended = recorded.filter(({ until }) => until !== undefined && Date.parse(until) <= nowMs);
  const reasons = [
    ...ended.map(({ environment }) => `The freeze of ${environment} has ended.`),
    ...(lifted.length > 0 && holds.length === 0 ? [proofOf(lifted, provenance)] : []),
    ...(holds.length > 0 ? added.map(({ sentence }) => sentence) : []),
  ];
  if (reasons.length > 0) return reasons.join(' ');
  return lifted.length > 0
    ? `No longer true: ${lifted.map(({ sentence }) => sentence).join(' ')}`
    : undefined;
}

function markOf({ kind, code, sentence }: RevisionHold): string {
  return code === 'review-not-proven' ? `${kind}/${code}` : `${kind}/${sentence}`;
}

function proofOf(lifted: readonly RevisionHold[], provenance: Provenance | undefined): string {
  const { pullRequests = [], approvers = [] } = provenance ?? {};
  if (lifted.every(({ kind }) => kind !== 'unreviewed') || pullRequests.length === 0)
    return 'What was not proved before is proved now.';
  const ids = pullRequests.map(({ id }) => id).join(', ');
  const what = pullRequests.length === 1 ? `The pull request ${ids} is` : `The pull requests ${ids} are`;
  return approvers.length === 0
    ? `${what} known to be merged by somebody else than the authors.`
    : `${what} approved by ${approvers.join(', ')}.`;
}
