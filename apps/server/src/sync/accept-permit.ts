import type { Action } from '@guidon/policy/permissions';
import type { RevisionRecord } from '../catalog/index.js';

/** These change by whose word revisions are judged: an operator may not give himself rights by accepting them. */
const TRUST: ReadonlySet<string> = new Set([
  'access-change',
  'commits-change',
  'signers-change',
  'protection-change',
]);

export interface AcceptDemand {
  readonly action: Extract<Action, 'revision.accept' | 'access.accept'>;
  /** Those that holds name; otherwise a hold keeps something back anywhere. */
  readonly environments: readonly string[] | 'all';
  /** Who stands behind the commit: one of them cannot be the person who looked at it. */
  readonly authors: readonly string[];
}

/** What accepting a held revision takes. */
export function demandOf({
  holds,
  author,
  provenance,
}: Pick<RevisionRecord, 'holds' | 'author' | 'provenance'>): AcceptDemand {
  const named = holds.flatMap(({ environment }) => environment ?? []);
  const authors =
    provenance === undefined ? [] : [...provenance.authors, ...provenance.committers, ...provenance.signers];
  return {
    action: holds.some(({ kind }) => TRUST.has(kind)) ? 'access.accept' : 'revision.accept',
    environments: named.length === holds.length && named.length > 0 ? [...new Set(named)] : 'all',
    authors: [author, ...authors],
  };
}
