import type { Mirror } from '@guidon/git';
import { HostError } from '@guidon/git/hosts';
import type { AcceptedBefore, HostFacts, PullRequestFact, ViolationCode } from '@guidon/policy/review';
import type { RevisionHold, RevisionSource } from '../catalog/index.js';
import type { GitHostAccess } from '../kernel/git-host/index.js';
import { reviewRevision } from './review-revision.js';

export interface ScreenParts {
  /** Rules and signers that were accepted; `undefined` in an empty store. */
  readonly accepted: () => Promise<AcceptedBefore | undefined>;
  /** Text of the file that the operator named; read anew each time, so that it can be changed. */
  readonly anchor: () => Promise<string | undefined>;
  readonly host: GitHostAccess | undefined;
  readonly nowMs: () => number;
}

export interface Screened {
  readonly mirror: Pick<Mirror, 'provenance'>;
  /** Tracked branch. */
  readonly branch: string;
  /** Commit of the revision accepted before; absent in an empty store. */
  readonly from: string | undefined;
  /** The commit that is judged. */
  readonly to: string;
}

/** More commits than this in one push are not asked about one by one; then nothing is proved of them. */
const MOST_ASKED = 100;

/**
 * Says who is behind a revision and what speaks against serving it where that is protected: by the rules of the revision
 * accepted before, never by its own.
 */
export async function screenRevision(
  parts: ScreenParts,
  reading: Promise<RevisionSource>,
  around: Screened,
): Promise<RevisionSource> {
  // Side by side: who made the commits does not depend on what their files say.
  const [revision, { accepted, review }] = await Promise.all([reading, lookUp(parts, around)]);
  const { verdict, participants } = review;
  const rewritten = revision.rewrites && accepted?.project.commits.rewrite === 'refused';
  const holds: RevisionHold[] = [
    ...(rewritten ? [REWRITTEN] : []),
    ...verdict.violations.map(({ code, sentence }) => ({ kind: kindOf(code), sentence, code })),
  ];
  return {
    ...revision,
    holds: [...(revision.holds ?? []), ...holds],
    provenance: { ...participants, reviewed: verdict.reviewed },
  };
}

async function lookUp(parts: ScreenParts, { mirror, branch, from, to }: Screened) {
  const accepted = await parts.accepted();
  const wantsReviews = (accepted?.project.commits.reviews ?? 0) > 0;
  const review = await reviewRevision(mirror, {
    ...{ from, to, accepted },
    anchor: await parts.anchor(),
    // The host is asked only where its answer matters: it is the slowest thing on the way of a change.
    askHost: (commits) =>
      wantsReviews ? askHost(parts.host, commits, branch) : Promise.resolve({ kind: 'not-asked' }),
    nowMs: parts.nowMs(),
  });
  return { accepted, review };
}

const REWRITTEN: RevisionHold = {
  kind: 'rewritten-history',
  sentence:
    'The branch does not continue the revision that was accepted before: its history was rewritten, or a shallow source cannot prove otherwise.',
};

const UNREVIEWED: ReadonlySet<ViolationCode> = new Set([
  'direct-push',
  'reviewed-by-author',
  'too-few-reviews',
  'review-not-proven',
]);

function kindOf(code: ViolationCode): RevisionHold['kind'] {
  return UNREVIEWED.has(code) ? 'unreviewed' : 'unsigned';
}

async function askHost(
  access: GitHostAccess | undefined,
  commits: readonly string[],
  branch: string,
): Promise<HostFacts> {
  if (access === undefined) return { kind: 'not-asked' };
  if (commits.length > MOST_ASKED)
    return {
      kind: 'unreachable',
      sentence: `The push has ${commits.length} commits; at most ${MOST_ASKED} are asked about.`,
    };
  try {
    const host = await access.connect();
    const found = new Map<number, PullRequestFact & { commits: string[] }>();
    for (const commit of commits) {
      const answer = await host.approvalsOf(commit, branch);
      if (answer === undefined) continue;
      const { proposal, author, mergedBy, approvals } = answer;
      const known = found.get(proposal.number);
      if (known !== undefined) known.commits.push(commit);
      else
        found.set(proposal.number, {
          ...{ id: `#${proposal.number}`, url: proposal.url, author, commits: [commit] },
          ...(mergedBy === undefined ? {} : { mergedBy }),
          approvers: approvals.filter(({ isCurrent }) => isCurrent !== false).map(({ login }) => login),
        });
    }
    return { kind: 'known', pullRequests: [...found.values()] };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { kind: 'unreachable', sentence: error.message };
  }
}
