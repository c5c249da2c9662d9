import type { EntityManager } from 'typeorm';

export interface AuditEvent {
  /** A verb and a noun, dotted: `revision.publish`, `kill.press`, `kill.revive`, `key.create`. */
  readonly action: string;
  /** Who: a key's id and owner (`key:abc123/ada@acme.example`), or `system:<worker>`. */
  readonly actor: string;
  readonly reason: string;
  /** What: plain JSON, no secrets. */
  readonly subject: { readonly [name: string]: unknown };
  /** Environments concerned, if any. */
  readonly environments?: readonly string[];
  readonly commit?: string;
  readonly requestId?: string;
}

/** Appends to the tamper-evident log, inside the transaction of the change that it records. */
export interface Audit {
  append(manager: EntityManager, event: AuditEvent): Promise<void>;
}

/** Injection token. */
export const AUDIT = Symbol('Audit');
