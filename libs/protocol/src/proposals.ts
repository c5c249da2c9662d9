/** `GET /api/v1/proposals[/{id}]` and `POST /api/v1/proposals`: changes that Guidon offers as a branch and pull request. */
export const PROPOSAL_REQUEST_KINDS = ['kill', 'archive', 'extend-expiry'] as const;
export type ProposalRequestKind = (typeof PROPOSAL_REQUEST_KINDS)[number];
/** A `rollback` is wanted by rolling back, a `rollout` by the end of one, and nobody asks for them otherwise. */
export type ProposalKind = ProposalRequestKind | 'rollback' | 'rollout';

/**
 * `wanted`: no branch yet. `open`: the branch is there. `conflict`: the tracked branch has changed so that the edit does
 * not fit any more, or it never fitted. `failed`: the remote or the host refused; it is tried again. `merged`: the tracked
 * branch says so. `closed`: taken back, by a revival, by an unpinning or by a person at the host.
 */
export const PROPOSAL_STATES = ['wanted', 'open', 'conflict', 'failed', 'merged', 'closed'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export interface ProposalRequest {
  readonly kind: ProposalRequestKind;
  readonly flag: string;
  /** For `extend-expiry`: the new day, `YYYY-MM-DD`. */
  readonly until?: string;
  /** For `archive`: the variant that stays; needed where the flag serves more than one. */
  readonly serve?: string;
  readonly reason: string;
}

export interface ProposalDocument {
  readonly id: string;
  readonly kind: ProposalKind;
  /** Absent where one proposal is about all flags of a kill, or about a rollback. */
  readonly flag?: string;
  /** The kill that it is about, where it is about all its flags. */
  readonly kill?: string;
  /** For a `rollback`: the commit whose files the tracked branch should have again. */
  readonly rollbackTo?: string;
  readonly branch: string;
  readonly state: ProposalState;
  /** A code of the error registry, where something is in the way. */
  readonly code?: string;
  /** Why the state is what it is; one sentence. */
  readonly detail?: string;
  readonly actor: string;
  readonly reason: string;
  readonly wantedAt: string;
  readonly changedAt: string;
  /** The commit that the branch was made on. */
  readonly base?: string;
  readonly commit?: string;
  readonly pullRequest?: { readonly number: number; readonly url: string };
}
