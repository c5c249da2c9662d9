/** An act that one person wants and another has to agree to. Instants are RFC 3339. */
export interface ApprovalDocument {
  readonly id: string;
  /** Of the permission table: `kill.revive`. */
  readonly action: string;
  /** What exactly was asked for: the approval is good for this and nothing else. */
  readonly about: { readonly [name: string]: unknown };
  readonly environments: readonly string[];
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly reason: string;
  readonly expiresAt: string;
  readonly state: 'waiting' | 'granted' | 'refused' | 'used' | 'expired';
  readonly decidedBy?: string;
  readonly decidedAt?: string;
  readonly decidedWhy?: string;
}
