/** The red button's call: `POST /api/v1/red-button`, `GET /api/v1/red-button[/{id}]`, `POST …/{id}/revive`. */
export type KillScope =
  | { readonly flag: string }
  | { readonly tag: string }
  | { readonly team: string }
  | { readonly commit: string }
  | { readonly rollouts: true }
  | { readonly all: true };

export interface PressRequest {
  readonly scope: KillScope;
  readonly environments: readonly string[] | 'all';
  readonly reason: string;
  /** RFC 3339 instant with offset. Lifts the kill only in unprotected environments. */
  readonly expiresAt?: string;
  readonly dryRun?: boolean;
}

export type Durability = 'database' | 'journal' | 'journal+peers';

export interface KillDocument {
  readonly id: string;
  readonly scope: KillScope;
  readonly targets: readonly { readonly flag: string; readonly environment: string }[];
  readonly reason: string;
  readonly actor: string;
  readonly pressedAt: string;
  readonly expiresAt?: string;
  /** The time has passed, but a protected environment is held on: a person must revive. */
  readonly overdue?: true;
  /** Id of the expired kill whose protected part this one goes on holding. */
  readonly continues?: string;
  readonly revivedAt?: string;
  readonly revivedBy?: string;
  readonly reviveReason?: string;
}

/** Answer of a press. For a repeated request, and where a kill holds exactly the same already, it tells of that kill. */
export interface PressAnswer extends Omit<KillDocument, 'id'> {
  /** Absent for a dry run. */
  readonly id?: string;
  readonly dryRun: boolean;
  /** Absent for a dry run, which writes nothing. */
  readonly durability?: Durability;
  /** How far the kill had got when the answer was written. */
  readonly reach: { readonly replicas: number; readonly streams: number };
}

/** Answer of `POST …/{id}/revive`. */
export interface ReviveAnswer extends KillDocument {
  /** The kill had been revived before this request; `revivedBy` and `revivedAt` tell by whom and when. */
  readonly alreadyRevived?: true;
  /** What this kill held and other kills, by their ids, go on holding. */
  readonly stillHeld: readonly {
    readonly flag: string;
    readonly environment: string;
    readonly kills: readonly string[];
  }[];
}

export interface ReviveRequest {
  readonly reason: string;
}
