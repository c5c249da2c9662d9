import type { CommitChange } from '@guidon/engine/load';
import type { Finding } from '@guidon/engine/model';
import type { RevisionRecord } from './catalog.repository.js';
import type { FileRef } from './loading/load-messages.js';
import type { RefusedTree } from './refused-tree.js';
import type { Provenance, RevisionHold } from './revision-hold.js';

/** A commit as Git has it, to be judged against what is live. */
export interface RevisionSource {
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
  readonly committedAtMs: number;
  /** `newest().revisionId` as it was before the source was asked for its head. */
  readonly baseRevisionId: number;
  /** The commit does not continue the one of that revision, or nothing proves that it does: the branch was rewritten. */
  readonly rewrites: boolean;
  readonly files: readonly FileRef[];
  /** Present: the commit is rejected for it, and its files are not looked at. */
  readonly refusedTree?: RefusedTree;
  /** What the source itself has against serving it where that is protected, e.g. history that was rewritten. */
  readonly holds?: readonly RevisionHold[];
  readonly provenance?: Provenance;
  /** Why it is judged once more although it is the newest revision, which is held; published only if the verdict changes. */
  readonly again?: string;
  /**
   * What the commits up to this one did, those up to the baseline marked as live; the commit of the store's first revision
   * is given. Asked only where something jumps or goes.
   */
  commits?(baseline: string | undefined): Promise<readonly CommitChange[]>;
  contents(blobs: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

export type AdvanceOutcome =
  | {
      readonly kind: 'published';
      readonly record: RevisionRecord;
      readonly lockedMs: number;
      /** Milliseconds by step. */
      readonly steps: { readonly [step: string]: number };
    }
  | { readonly kind: 'already' | 'stale'; readonly reason: string };

/** The newest judged revision as this replica knows it. */
export interface NewestRevision {
  readonly lineage: string;
  /** 0 before the first revision. */
  readonly revisionId: number;
  readonly record: RevisionRecord | undefined;
  readonly findings: readonly Finding[];
}
