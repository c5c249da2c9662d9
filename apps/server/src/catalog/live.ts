import type { View } from '@guidon/engine/compile';
import type { EnvironmentKills, Ruleset, RulesetPatch, Snapshot } from '@guidon/engine/model';

/** What one environment serves now, on this replica. Immutable: a change swaps the whole object. */
export interface LiveEnvironment {
  readonly environment: string;
  readonly lineage: string;
  readonly generation: number;
  readonly hash: string;
  readonly revision: string;
  readonly ruleset: Ruleset;
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

/** What happened to an environment on this replica, after the pointer was swapped. */
export type LiveChange =
  | {
      readonly kind: 'ruleset';
      readonly live: LiveEnvironment;
      readonly before: LiveEnvironment | undefined;
      readonly patch: RulesetPatch | undefined;
    }
  | { readonly kind: 'kill'; readonly live: LiveEnvironment; readonly kills: EnvironmentKills['kills'] }
  | { readonly kind: 'revive'; readonly live: LiveEnvironment; readonly revived: readonly string[] };

/** The read side of the catalog: synchronous, from memory, also with Git and database down. */
export interface LiveCatalog {
  environments(): readonly string[];
  current(environment: string): LiveEnvironment | undefined;
  /** The ruleset for one SDK instance (waves will choose here); today the same for all. */
  rulesetFor(environment: string, instanceId: string | undefined): LiveEnvironment | undefined;
  /** The newest accepted snapshot, for scopes and the admin API. */
  snapshot(): Snapshot | undefined;
  /** Called after each swap, kills first. Returns a function that unsubscribes. */
  subscribe(listener: (change: LiveChange) => void): () => void;
}

/** Injection token. */
export const LIVE_CATALOG = Symbol('LiveCatalog');
