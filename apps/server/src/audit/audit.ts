import type { EntityManager } from 'typeorm';
import type { AuditAction } from './audit-actions.js';

/** What something was, or is, in plain JSON without secrets; `null` where there was, or is, nothing. */
export type AuditState = { readonly [name: string]: unknown } | null;

/** Somebody else who agreed: to one act here, or to a pull request at the Git host. */
export interface AuditApproval {
  /** The owner of the key that agreed, or a login of the Git host. */
  readonly by: string;
  readonly on: 'guidon' | 'git-host';
  /** Of the approval here. */
  readonly id?: string;
  /** RFC 3339; the host's answers are without. */
  readonly at?: string;
  /** SHA-256 of exactly what was agreed to. */
  readonly hash?: string;
}

/** Who is behind a commit. Authors and committers are claims; a signer is verified. */
export interface AuditGit {
  readonly authors: readonly string[];
  readonly committers: readonly string[];
  readonly signers: readonly string[];
  /** Somebody who wrote none of it stands behind every commit, as far as can be proved. */
  readonly reviewed: boolean;
}

/** As the Git host's people write it, such as `#12` or `!12`. */
export interface AuditPullRequest {
  readonly id: string;
  readonly url?: string;
}

export interface AuditEvent {
  readonly action: AuditAction;
  /** Who: a key's id and owner (`key:abc123/ada@acme.example`), `person:<e-mail>`, or `system:<worker>`. */
  readonly actor: string;
  readonly reason: string;
  /** What it is about: plain JSON, no secrets. */
  readonly subject: { readonly [name: string]: unknown };
  /** What that was before, in the form that the registry of actions gives. */
  readonly before: AuditState;
  /** What it is now. */
  readonly after: AuditState;
  /** Environments concerned, if any. */
  readonly environments?: readonly string[];
  /** Flags concerned, to be searched by; the first of them where they are many. */
  readonly flags?: readonly string[];
  readonly commit?: string;
  readonly git?: AuditGit;
  readonly pullRequests?: readonly AuditPullRequest[];
  /** Of the Git host; agreements that this act uses up are added when it is written. */
  readonly approvals?: readonly AuditApproval[];
  readonly requestId?: string;
  readonly sourceAddress?: string;
}

/** Appends to the tamper-evident log, inside the transaction of the change that it records. */
export interface Audit {
  append(manager: EntityManager, event: AuditEvent): Promise<void>;
}

/** Injection token. */
export const AUDIT = Symbol('Audit');
