import type { View } from '@guidon/engine/compile';
import type { EnvironmentKills, Ruleset, RulesetPatch, Snapshot } from '@guidon/engine/model';
import type { WaveState } from './head.js';

/** What one environment serves now, on this replica. Immutable: a change swaps the whole object. */
export interface LiveEnvironment {
  readonly environment: string;
  readonly lineage: string;
  readonly generation: number;
  readonly hash: string;
  readonly revision: string;
  readonly ruleset: Ruleset;
  /** What it is without the positions of rollouts; heads name contents by this hash. The very same without any. */
  readonly content: { readonly hash: string; readonly ruleset: Ruleset };
  /** What the ruleset was resolved from. */
  readonly snapshot: Snapshot;
  readonly kills: EnvironmentKills;
  /** Flags that a kill not yet revived holds. */
  readonly killed: ReadonlySet<string>;
  /** Digest of the kill state, `[a-z0-9]+`. */
  readonly killDigest: string;
  /** `lineage.generation.killDigest`. */
  readonly tag: string;
  /** The ruleset compiled, with the kills laid over it. */
  readonly view: View;
}

/** A ruleset that some SDK instances have before the others do. */
export interface LiveCandidate {
  readonly live: LiveEnvironment;
  readonly wave: WaveState;
}

/** How to get from one ruleset of an environment to another that is served now. */
export interface RulesetStep {
  /** Generation that the patch applies at. */
  readonly from: number;
  readonly to: LiveEnvironment;
  readonly patch: RulesetPatch;
}

/** What happened to an environment on this replica, after the pointer was swapped. */
export type LiveChange =
  | {
      /** Other content, or another share of the instances gets it: ask `rulesetFor` who gets what. */
      readonly kind: 'ruleset';
      /** The stable one. */
      readonly live: LiveEnvironment;
      readonly before: LiveEnvironment | undefined;
      /** Empty for a first ruleset, after a change of lineage, and where only a share changed. */
      readonly steps: readonly RulesetStep[];
    }
  | { readonly kind: 'kill'; readonly live: LiveEnvironment; readonly kills: EnvironmentKills['kills'] }
  | { readonly kind: 'revive'; readonly live: LiveEnvironment; readonly revived: readonly string[] };

/** The read side of the catalog: synchronous, from memory, also with Git and database down. */
export interface LiveCatalog {
  /** Those that the project has. */
  environments(): readonly string[];
  /** Those that it has no longer: whoever has a key of one keeps what it served last. */
  removedEnvironments(): readonly string[];
  current(environment: string): LiveEnvironment | undefined;
  /** The stable ruleset, or during a wave the candidate for whoever is in it. Clients without a name get the stable one. */
  rulesetFor(environment: string, instanceId: string | undefined): LiveEnvironment | undefined;
  /** What runs as a wave in this environment. */
  candidate(environment: string): LiveCandidate | undefined;
  /** The newest accepted snapshot, for scopes and the admin API. */
  snapshot(): Snapshot | undefined;
  /** The newest first, then those older ones that some environment still serves. */
  snapshots(): readonly Snapshot[];
  /** Called after each swap, kills first. Returns a function that unsubscribes. */
  subscribe(listener: (change: LiveChange) => void): () => void;
}

/** Injection token. */
export const LIVE_CATALOG = Symbol('LiveCatalog');
