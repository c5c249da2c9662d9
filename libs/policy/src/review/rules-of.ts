import type { CommitRules, Project } from '@guidon/engine/model';

/** By what a revision is judged, and where that comes from. */
export interface ReviewRules extends Pick<CommitRules, 'signatures' | 'reviews'> {
  readonly from: 'revision-before' | 'first-anchor' | 'nothing';
  /** Text of the list of allowed signers in force. */
  readonly allowedSigners: string;
}

/** What was accepted before; nothing of the revision to be judged has a place here. */
export interface AcceptedBefore {
  readonly project: Pick<Project, 'commits'>;
  /** Text of its `allowed_signers`; absent when it has none. */
  readonly allowedSigners?: string;
}

/**
 * The rules for the next revision: those of the one accepted before it, so that no push can grant itself anything.
 * `anchor` is what the operator gave (`GUIDON_ALLOWED_SIGNERS`): its signers count until an accepted revision has a list
 * of its own, and the first revision of a store must carry the signature of one of them.
 */
export function rulesOf(previous: AcceptedBefore | undefined, anchor: string | undefined): ReviewRules {
  if (previous === undefined) {
    if (anchor === undefined)
      return { signatures: 'optional', reviews: 0, from: 'nothing', allowedSigners: '' };
    return { signatures: 'required', reviews: 0, from: 'first-anchor', allowedSigners: anchor };
  }
  const { signatures, reviews } = previous.project.commits;
  const allowedSigners = previous.allowedSigners ?? anchor ?? '';
  return { signatures, reviews, from: 'revision-before', allowedSigners };
}
