import type { Action } from '@guidon/policy/permissions';
import { type Head, holdsEverywhere, keptBackIn, type RevisionRecord } from '../catalog/index.js';

/** These change by whose word revisions are judged: an operator may not give himself rights by accepting them. */
const TRUST: ReadonlySet<string> = new Set([
  'access-change',
  'commits-change',
  'signers-change',
  'protection-change',
]);

export interface AcceptDemand {
  readonly action: Extract<Action, 'revision.accept' | 'access.accept'>;
  /** Those that the word lets something into. */
  readonly environments: readonly string[] | 'all';
  /** What an agreement is good for: the commit, and what was seen to hold it. */
  readonly about: {
    readonly commit: string;
    readonly holds: readonly string[];
    /** Where a wave took it back, or it waits in a freeze. */
    readonly keptBack?: readonly string[];
  };
  /** Who stands behind the commit: one of them cannot be the person who looked at it. */
  readonly authors: readonly string[];
  /** Signatures are required and missing, so that anybody may have written it: also whoever accepts it. */
  readonly isAnybodys: boolean;
}

export interface Surroundings {
  readonly heads: readonly Head[];
  /** Environments of the project that are protected. */
  readonly protectedOnes: readonly string[];
}

type Judged = Pick<RevisionRecord, 'commit' | 'state' | 'holds' | 'author' | 'provenance'>;

/** What accepting takes of a revision that is held, or that is kept back somewhere. */
export function demandOf(record: Judged, { heads, protectedOnes }: Surroundings): AcceptDemand {
  const { commit, author, provenance } = record;
  const holds = record.state === 'held' ? record.holds : [];
  const keptBack = keptBackIn(heads, commit);
  // A hold that names no environment keeps protected ones back, unless it is of a kind that keeps all back.
  const held = holds.flatMap(({ environment }) => environment ?? protectedOnes);
  const environments = [...new Set([...held, ...keptBack])].sort();
  const authors =
    provenance === undefined ? [] : [...provenance.authors, ...provenance.committers, ...provenance.signers];
  return {
    action: holds.some(({ kind }) => TRUST.has(kind)) ? 'access.accept' : 'revision.accept',
    environments: holdsEverywhere(holds) || environments.length === 0 ? 'all' : environments,
    about: {
      commit,
      holds: [...new Set(holds.map(({ kind }) => kind))].sort(),
      ...(keptBack.length === 0 ? {} : { keptBack }),
    },
    authors: [author, ...authors],
    isAnybodys: holds.some(({ kind }) => kind === 'unsigned'),
  };
}
