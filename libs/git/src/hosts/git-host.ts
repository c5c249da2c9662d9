/** `gitea` is Forgejo, too: the same API and the same headers. */
export type GitHostKind = 'github' | 'gitlab' | 'gitea';

/** A pull request or merge request. */
export interface Proposal {
  /** The number in its URL; GitLab's `iid`. */
  readonly number: number;
  /** For people. */
  readonly url: string;
  readonly branch: string;
  /** The branch that it would be merged into. */
  readonly into: string;
}

export type ProposalState = 'open' | 'merged' | 'closed';

export interface ProposalRequest {
  /** Already pushed. */
  readonly branch: string;
  readonly into: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

export interface Approval {
  /** The host's name of the account. */
  readonly login: string;
  /** Whether it was given to what was merged; undefined where the host does not say. */
  readonly isCurrent?: boolean;
}

/** How a commit came into its branch, by the host's account. */
export interface Approvals {
  readonly proposal: Proposal;
  /** Account of who opened the proposal; who wrote its commits is for Git to say. */
  readonly author: string;
  readonly mergedBy?: string;
  /** Standing approvals: withdrawn, dismissed and superseded ones and the author's own are left out. By login. */
  readonly approvals: readonly Approval[];
}

export interface CommitStatus {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** Tells our status from those of others, e.g. `guidon/flags`; a later one of the same name replaces it. */
  readonly name: string;
  /** One line; cut to what every host takes. */
  readonly description: string;
  /** Where people read more. */
  readonly url?: string;
}

/** The few things that we ask of a Git host beyond Git. Every method throws `HostError` and nothing else. */
export interface GitHost {
  readonly kind: GitHostKind;
  /** Opens a proposal, or gives the one that is already open for this branch. */
  openProposal(request: ProposalRequest): Promise<Proposal>;
  /** The open proposal from one branch into another. */
  findProposal(branch: string, into: string): Promise<Proposal | undefined>;
  /** `closed` is closed without a merge. */
  proposalState(number: number): Promise<ProposalState>;
  /** Closes a proposal without merging it; one that is closed already stays so. */
  closeProposal(number: number): Promise<void>;
  /** The merged proposal by which a commit came into a branch, with its approvals; undefined for a direct push. */
  approvalsOf(commit: string, into: string): Promise<Approvals | undefined>;
  setCommitStatus(commit: string, status: CommitStatus): Promise<void>;
}
