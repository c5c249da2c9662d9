/** Why a revision waits for a person. */
export interface RevisionHold {
  readonly kind:
    | 'mass-change'
    | 'access-change'
    | 'commits-change'
    | 'signers-change'
    | 'protection-change'
    | 'rewritten-history'
    | 'unreviewed'
    | 'unsigned'
    | 'freeze';
  /** What is the matter and what to do. */
  readonly sentence: string;
  /** Tells cases of one kind apart, where somebody asks for it. */
  readonly code?: string;
  /** The only environment that it keeps back. */
  readonly environment?: string;
  /** When it ends by itself, RFC 3339. */
  readonly until?: string;
}

/** Who is behind a revision: authors are a claim, signers are verified. */
export interface Provenance {
  readonly authors: readonly string[];
  readonly committers: readonly string[];
  readonly signers: readonly string[];
  readonly approvers: readonly string[];
  readonly pullRequests: readonly { readonly id: string; readonly url?: string }[];
  /** Somebody who wrote none of it stands behind every commit, as far as can be proved. */
  readonly reviewed: boolean;
}

/**
 * These change by whose word revisions are judged, or so much at once that nothing of it is served anywhere; the others
 * keep only protected environments back.
 */
const EVERYWHERE: ReadonlySet<RevisionHold['kind']> = new Set([
  'mass-change',
  'access-change',
  'commits-change',
  'signers-change',
  'protection-change',
]);

export function holdsEverywhere(holds: readonly RevisionHold[]): boolean {
  return holds.some(({ kind }) => EVERYWHERE.has(kind));
}

/** As the database has it. */
export function recordedHolds(column: unknown): readonly RevisionHold[] {
  return Array.isArray(column) ? column : [];
}
