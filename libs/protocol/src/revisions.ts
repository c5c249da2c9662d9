import type { Finding } from '@guidon/engine/model';

/** Body of `GET /api/v1/revisions/{sha}`; the list has the same without findings. */
export interface RevisionDocument {
  readonly commit: string;
  readonly state: 'accepted' | 'partly' | 'held' | 'rejected';
  readonly author: string;
  readonly subject: string;
  readonly committedAt: string;
  readonly judgedAt: string;
  readonly findingCount: number;
  readonly findings?: readonly Finding[];
  /** Files that stay at their last good version. */
  readonly frozen: readonly string[];
  /** Why it waits, or waited, for a person. */
  readonly holds: readonly {
    readonly kind: string;
    readonly sentence: string;
    /** Tells cases of one kind apart. */
    readonly code?: string;
    /** The only environment that it keeps back. */
    readonly environment?: string;
    /** When it ends by itself. */
    readonly until?: string;
    /** The files that it is about, where it is not about the whole revision. */
    readonly paths?: readonly string[];
  }[];
  /** Who is behind it: an author is a claim, a signer is verified. */
  readonly provenance?: { readonly [name: string]: unknown };
  /** Environments that serve its content now. */
  readonly servedIn: readonly string[];
}

/** Answer of `POST /api/v1/revisions/{sha}/rollback`. */
export interface RollbackAnswer {
  readonly commit: string;
  readonly environments: readonly {
    readonly environment: string;
    readonly generation: number;
    /** The commit that Git asks for and that waits behind the pin, if it is another. */
    readonly waiting?: string;
  }[];
  /** Everything was pinned to this revision before. */
  readonly alreadyPinned: boolean;
}
