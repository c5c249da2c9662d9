/** A head row: what an environment serves by the word of the database. */
export interface Head {
  readonly environment: string;
  readonly generation: number;
  /** Content hash of the ruleset. */
  readonly hash: string;
  /** Commit that the content was resolved from. */
  readonly revision: string;
  /** The project no longer has this environment; its counter stays. */
  readonly removed: boolean;
}

export interface Newest {
  /** 0 in an empty store. */
  readonly revisionId: number;
  readonly commit: string | undefined;
}

export interface PublicationFacts {
  readonly commit: string;
  /** The newest revision when the commit was judged. */
  readonly baseRevisionId: number;
  /** Content hash for each environment of the new snapshot; absent when the revision was rejected. */
  readonly environments: readonly { readonly environment: string; readonly hash: string }[] | undefined;
}

export type PublicationDecision =
  | { readonly kind: 'already'; readonly reason: string }
  | { readonly kind: 'stale'; readonly reason: string }
  | {
      readonly kind: 'publish';
      readonly reason: string;
      /** Head rows to write: a generation grows only where the content changed. */
      readonly heads: readonly Head[];
    };

/** What a publication does to the heads, given the newest state as the database has it under lock. */
export function decidePublication(
  facts: PublicationFacts,
  newest: Newest,
  heads: readonly Head[],
): PublicationDecision {
  if (newest.commit === facts.commit)
    return { kind: 'already', reason: 'this commit is the newest revision already' };
  if (newest.revisionId !== facts.baseRevisionId)
    return { kind: 'stale', reason: 'another revision was published since this one was judged' };
  if (facts.environments === undefined)
    return { kind: 'publish', reason: 'the revision is recorded and changes nothing', heads: [] };
  const changed = [...changedHeads(facts, heads), ...removedHeads(facts, heads)];
  const reason = changed.length === 0 ? 'no environment changes' : `${changed.length} environments change`;
  return { kind: 'publish', reason, heads: changed };
}

function changedHeads(facts: PublicationFacts, heads: readonly Head[]): Head[] {
  const before = new Map(heads.map((head) => [head.environment, head]));
  return (facts.environments ?? []).flatMap(({ environment, hash }) => {
    const head = before.get(environment);
    if (head !== undefined && head.hash === hash && !head.removed) return [];
    const generation = (head?.generation ?? 0) + 1;
    return [{ environment, generation, hash, revision: facts.commit, removed: false }];
  });
}

function removedHeads(facts: PublicationFacts, heads: readonly Head[]): Head[] {
  const kept = new Set(facts.environments?.map(({ environment }) => environment));
  return heads
    .filter((head) => !head.removed && !kept.has(head.environment))
    .map((head) => ({ ...head, generation: head.generation + 1, removed: true }));
}
