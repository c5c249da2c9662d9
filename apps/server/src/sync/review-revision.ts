import { GitError, type Mirror, type Provenance } from '@guidon/git';
import {
  type AcceptedBefore,
  type HostFacts,
  judgeReview,
  type Participants,
  participantsOf,
  type ReviewRules,
  type ReviewVerdict,
  rulesOf,
} from '@guidon/policy/review';

export interface ReviewQuestion {
  /** Commit of the revision accepted before; absent in an empty store. */
  readonly from: string | undefined;
  readonly to: string;
  /** Rules and signers of that revision, never those that `to` brings. */
  readonly accepted: AcceptedBefore | undefined;
  /** Text of the file that `GUIDON_ALLOWED_SIGNERS` names. */
  readonly anchor: string | undefined;
  /** Asks the Git host about the new commits; answers `not-asked` where none is configured, and never rejects. */
  askHost(commits: readonly string[]): Promise<HostFacts>;
  readonly nowMs: number;
}

export interface RevisionReview {
  readonly rules: ReviewRules;
  readonly verdict: ReviewVerdict;
  /** For the record of the revision. */
  readonly participants: Participants;
}

/**
 * How a revision came about and what its predecessor's rules say of it. What Git or the host cannot tell is not proved
 * and so a part of the verdict; only a git that hangs rejects, as `GitError` of kind `time-out`.
 */
export async function reviewRevision(
  mirror: Pick<Mirror, 'provenance'>,
  question: ReviewQuestion,
): Promise<RevisionReview> {
  const { to, accepted, anchor } = question;
  const rules = rulesOf(accepted, anchor);
  const { commits, gap } = await readCommits(mirror, question, rules);
  const host = await question.askHost(commits.map(({ commit }) => commit));
  const facts = { commits, head: to, host, ...(gap === undefined ? {} : { gap }) };
  return { rules, verdict: judgeReview(facts, rules), participants: participantsOf(facts) };
}

async function readCommits(
  mirror: Pick<Mirror, 'provenance'>,
  { from, to, nowMs }: ReviewQuestion,
  { allowedSigners }: ReviewRules,
): Promise<{ readonly commits: Provenance['commits']; readonly gap?: string }> {
  try {
    const { commits, isComplete } = await mirror.provenance({ from, to, allowedSigners, nowMs });
    if (isComplete) return { commits };
    return {
      commits,
      gap: `It has more new commits than the newest ${commits.length}, which were looked at.`,
    };
  } catch (error) {
    if (!(error instanceof GitError) || error.kind === 'time-out') throw error;
    return { commits: [], gap: error.message };
  }
}
