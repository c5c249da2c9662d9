import type { ProposalKind, ProposalState } from '@guidon/protocol';
import type { ErrorCode } from '@guidon/protocol/errors';

/** What a proposal asks for beyond its kind and subject. */
export interface ProposalEdit {
  /** Asked for by a person rather than by a press: it stands whatever becomes of kills. */
  readonly byHand?: true;
  /** `YYYY-MM-DD`. */
  readonly until?: string;
  /** The variant that an archived flag serves. */
  readonly serve?: string;
  /** Of a rollout that has ended: where, and whether its target is served from now on or it goes as if it had not been. */
  readonly ended?: { readonly environment: string; readonly as: 'completion' | 'rollback' };
}

export interface WantedProposal {
  readonly id: string;
  readonly kind: ProposalKind;
  /** A flag's key; the id of a kill where `aboutKill`; the full id of a commit where it is a rollback. */
  readonly subject: string;
  readonly aboutKill: boolean;
  readonly branch: string;
  readonly edit: ProposalEdit;
  readonly actor: string;
  readonly reason: string;
  readonly wantedAtMs: number;
}

export interface Proposal extends WantedProposal {
  readonly state: ProposalState;
  readonly code: ErrorCode | undefined;
  readonly detail: string | undefined;
  readonly changedAtMs: number;
  /** The commit of the tracked branch that the newest of our commits stands on. */
  readonly base: string | undefined;
  /** Of the contents of the files that the newest of our commits changes. */
  readonly contentDigest: string | undefined;
  /** Every commit that we made for it, oldest first; written down before it is pushed. */
  readonly commits: readonly string[];
  /** Whether one of them was pushed. */
  readonly pushed: boolean;
  readonly pull: { readonly number: number; readonly url: string } | undefined;
  /** It is over, but its branch and pull request are still to be cleared away. */
  readonly leavesBranch: boolean;
  /** Failures in a row. */
  readonly attempts: number;
}

export const FINAL: ReadonlySet<ProposalState> = new Set<ProposalState>(['merged', 'closed']);

/** A standing kill as far as proposals care. */
export interface StandingKill {
  readonly id: string;
  /** The kill whose protected part this one goes on holding. */
  readonly continues?: string;
  /** Present where the press named exactly one flag. */
  readonly flag?: string;
  readonly actor: string;
  readonly reason: string;
  readonly pressedAtMs: number;
  /** Environment to flags. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
}
