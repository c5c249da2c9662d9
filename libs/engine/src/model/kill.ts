/**
 * "Serve `safe`", a record of its own. The state is two grow-only sets, kill ids and revived ids, merged by union, so
 * that replicas which were cut off from each other never lose a kill.
 */
export interface Kill {
  /** ULID. */
  readonly id: string;
  /** Fixed at the press; a later change of tag or owner frees nothing. */
  readonly targets: readonly KillTarget[];
}

export interface KillTarget {
  readonly flag: string;
  readonly environment: string;
}

/** The part of the kill state that concerns one environment: what travels to SDKs. */
export interface EnvironmentKills {
  /** Kills with the flags they hold in this environment, revived ones included until they are forgotten. */
  readonly kills: readonly { readonly id: string; readonly flags: readonly string[] }[];
  readonly revived: readonly string[];
}
