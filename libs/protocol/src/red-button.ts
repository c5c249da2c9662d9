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

export interface PressAnswer extends Omit<KillDocument, 'id'> {
  /** Absent for a dry run. */
  readonly id?: string;
  readonly dryRun: boolean;
  readonly durability: Durability;
  /** How far the kill had got when the answer was written. */
  readonly reach: { readonly replicas: number; readonly streams: number };
}

export interface ReviveRequest {
  readonly reason: string;
}
