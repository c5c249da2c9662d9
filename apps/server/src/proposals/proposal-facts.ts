import type { EntityManager } from 'typeorm';
import type { StandingKill } from './proposal.js';

/** What is live, as far as a proposal has to know it before it is wanted. */
export interface FlagFacts {
  environments(): readonly string[];
  find(key: string): FlagFact | undefined;
  /** Keys that look alike, for an error. */
  near(key: string): readonly string[];
}

export interface FlagFact {
  readonly variants: readonly string[];
  /** Whether it is over already. */
  readonly isArchived: boolean;
  /** The one variant that every environment serves to everybody; undefined when there is more to it. */
  readonly servedEverywhere: string | undefined;
}

export interface KillFacts {
  standing(manager: EntityManager): Promise<readonly StandingKill[]>;
}

export interface PinFacts {
  /** Full ids of the commits that environments are pinned to. */
  pinnedCommits(manager: EntityManager): Promise<ReadonlySet<string>>;
}

export interface RolloutFacts {
  /** How the rollouts that are over have ended, by `<environment>.<flag>`. */
  ended(manager: EntityManager): Promise<ReadonlyMap<string, 'completion' | 'rollback'>>;
}

/**
 * The catalog knows flags, kills and pins and is of the same rank, so it cannot be asked. Features above both offer what is
 * needed, as with `CommitLookup` in the catalog.
 */
export class ProposalFacts {
  flags: FlagFacts | undefined;
  kills: KillFacts | undefined;
  pins: PinFacts | undefined;
  rollouts: RolloutFacts | undefined;

  offerFlags(facts: FlagFacts): void {
    this.flags = facts;
  }

  offerKills(facts: KillFacts): void {
    this.kills = facts;
  }

  offerRollouts(facts: RolloutFacts): void {
    this.rollouts = facts;
  }

  offerPins(facts: PinFacts): void {
    this.pins = facts;
  }
}
