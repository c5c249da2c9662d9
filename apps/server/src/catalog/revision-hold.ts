/** Why a revision waits for a person. */
export interface RevisionHold {
  readonly kind:
    | 'mass-change'
    | 'access-change'
    | 'commits-change'
    | 'rewritten-history'
    | 'unreviewed'
    | 'unsigned';
  /** What is the matter and what to do. */
  readonly sentence: string;
}

/** Who is behind a revision: an author is a claim, a signer is verified. */
export interface Provenance {
  readonly author: string;
  readonly committer?: string;
  readonly signer?: string;
  readonly approvers?: readonly string[];
  readonly pullRequest?: string;
  /** Whether somebody other than the author has looked at it, as far as can be proved. */
  readonly reviewed?: boolean;
}

/**
 * These change by whose word revisions are judged, or so much at once that nothing of it is served anywhere; the others
 * keep only protected environments back.
 */
const EVERYWHERE: ReadonlySet<RevisionHold['kind']> = new Set([
  'mass-change',
  'access-change',
  'commits-change',
]);

export function holdsEverywhere(holds: readonly RevisionHold[]): boolean {
  return holds.some(({ kind }) => EVERYWHERE.has(kind));
}

/** As the database has it. */
export function recordedHolds(column: unknown): readonly RevisionHold[] {
  return Array.isArray(column) ? column : [];
}
