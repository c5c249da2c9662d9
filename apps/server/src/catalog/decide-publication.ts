import type { Head, WaveStage } from './head.js';
import { type ContentOffer, offerContent } from './offer-content.js';
import { removeEnvironment } from './remove-environment.js';

export interface Newest {
  /** 0 in an empty store. */
  readonly revisionId: number;
  readonly commit: string | undefined;
  readonly state?: 'accepted' | 'partly' | 'held' | 'rejected';
}

/** Content of one environment as a revision has it. */
export interface OfferedEnvironment {
  readonly environment: string;
  readonly hash: string;
  readonly protected: boolean;
  readonly stages: readonly WaveStage[];
  readonly carries?: ContentOffer['carries'];
}

export interface PublicationFacts {
  readonly commit: string;
  /** The newest revision when the commit was judged. */
  readonly baseRevisionId: number;
  readonly nowMs: number;
  /** Content of each environment of the new snapshot; absent when the revision was rejected or is held everywhere. */
  readonly environments: readonly OfferedEnvironment[] | undefined;
  /** Why protected environments must wait for a person; one sentence each. */
  readonly holds: readonly string[];
  /** What holds one environment back, protected or not; one sentence for each. */
  readonly frozen?: ReadonlyMap<string, string>;
  /** No file stays at its last good version. */
  readonly isWhole: boolean;
  /** A person accepted this commit: it is judged once more although it is the newest. */
  readonly accepted: boolean;
  /** He did so in spite of a freeze. */
  readonly throughFreeze?: boolean;
  /** Why it is judged once more without that: something outside of the commit has changed. */
  readonly again?: string | undefined;
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

export interface StoreState {
  readonly newest: Newest;
  readonly heads: readonly Head[];
}

/** What a publication does to the heads, given the newest state as the database has it under lock. */
export function decidePublication(
  facts: PublicationFacts,
  { newest, heads }: StoreState,
  revisionId: number,
): PublicationDecision {
  const again = (facts.accepted || facts.again !== undefined) && newest.state === 'held';
  if (newest.commit === facts.commit && !again)
    return { kind: 'already', reason: 'this commit is the newest revision already' };
  if (newest.revisionId !== facts.baseRevisionId)
    return { kind: 'stale', reason: 'another revision was published since this one was judged' };
  if (facts.environments === undefined)
    return { kind: 'publish', reason: 'the revision is recorded and changes nothing', heads: [] };
  const changed = [...changedHeads(facts, heads, revisionId), ...removedHeads(facts, heads)];
  const reason = changed.length === 0 ? 'no environment changes' : `${changed.length} environments change`;
  return { kind: 'publish', reason, heads: changed };
}

function changedHeads(facts: PublicationFacts, heads: readonly Head[], revisionId: number): Head[] {
  const before = new Map(heads.map((head) => [head.environment, head]));
  return (facts.environments ?? []).flatMap((offered) => {
    const { environment, hash, stages } = offered;
    const frozen = facts.frozen?.get(environment);
    const offer = {
      ...{ environment, hash, stages, revision: facts.commit, revisionId },
      holds: [...(offered.protected ? facts.holds : []), ...(frozen === undefined ? [] : [frozen])],
      accepted: facts.accepted,
      isWhole: facts.isWhole,
      carries: offered.carries,
      throughFreeze: facts.throughFreeze === true,
    };
    return offerContent(before.get(environment), offer, facts.nowMs) ?? [];
  });
}

function removedHeads(facts: PublicationFacts, heads: readonly Head[]): Head[] {
  const kept = new Set(facts.environments?.map(({ environment }) => environment));
  return heads.filter((head) => !head.removed && !kept.has(head.environment)).map(removeEnvironment);
}
