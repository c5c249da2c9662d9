import type { ApprovalDocument } from '@guidon/protocol';
import { type Standing, tagOf } from '../../kernel/http/index.js';

/** A row of `approvals`. */
export interface Approval {
  readonly id: string;
  readonly action: string;
  readonly about: { readonly [name: string]: unknown };
  readonly environments: readonly string[];
  readonly requestedBy: string;
  readonly requestedAtMs: number;
  readonly reason: string;
  readonly expiresAtMs: number;
  readonly state: 'waiting' | 'granted' | 'refused' | 'used';
  readonly decidedBy?: string;
  readonly decidedAtMs?: number;
  readonly decidedWhy?: string;
}

/** Whoever decides. */
export interface Decider {
  readonly email: string;
  /** Who made the key with which he comes. */
  readonly keyMadeBy?: string;
}

export function stateAt(approval: Approval, nowMs: number): ApprovalDocument['state'] {
  const isOpen = approval.state === 'waiting' || approval.state === 'granted';
  return isOpen && approval.expiresAtMs <= nowMs ? 'expired' : approval.state;
}

/** Why somebody cannot be the second person; absent when he can. Addresses are compared regardless of case. */
export function whyNotSecond(approval: Approval, { email, keyMadeBy }: Decider): string | undefined {
  const first = approval.requestedBy.toLowerCase();
  if (email.toLowerCase() === first) return `${email} asked for it; somebody else has to agree.`;
  if (keyMadeBy?.toLowerCase() === first)
    return `The key of ${email} was made by ${approval.requestedBy}, who asked for it; somebody else has to agree.`;
  return undefined;
}

export function approvalStanding(approval: Approval, nowMs: number): Standing {
  const document = approvalDocument(approval, nowMs);
  const by = document.decidedBy === undefined ? '' : ` by ${document.decidedBy}`;
  return {
    tag: tagOf(document),
    what: `Request ${approval.id}`,
    now: document.state === 'waiting' ? 'waits' : `is ${document.state}${by}`,
  };
}

export function approvalDocument(approval: Approval, nowMs: number): ApprovalDocument {
  const { requestedAtMs, expiresAtMs, decidedAtMs, ...rest } = approval;
  return {
    ...rest,
    state: stateAt(approval, nowMs),
    requestedAt: new Date(requestedAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    ...(decidedAtMs === undefined ? {} : { decidedAt: new Date(decidedAtMs).toISOString() }),
  };
}
