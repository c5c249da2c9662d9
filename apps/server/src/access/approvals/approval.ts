import { findOneOf, personKey } from '@guidon/policy/permissions';
import type { ApprovalDocument } from '@guidon/protocol';
import { type Standing, tagOf } from '../../kernel/http/index.js';

/** A row of `approvals`. */
export interface Approval {
  readonly id: string;
  readonly action: string;
  readonly about: { readonly [name: string]: unknown };
  readonly environments: readonly string[];
  readonly requestedBy: string;
  /** Who stands on the first one's side beside him: whoever has had his key in hand, or wrote what is to be let in. */
  readonly involved: readonly string[];
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
  /** Through whose hands the key has gone with which he comes. */
  readonly makers?: readonly string[];
}

export function stateAt(approval: Approval, nowMs: number): ApprovalDocument['state'] {
  const isOpen = approval.state === 'waiting' || approval.state === 'granted';
  return isOpen && approval.expiresAtMs <= nowMs ? 'expired' : approval.state;
}

/**
 * Why somebody cannot be the second person; absent when he can. He is none where one pair of hands could be behind both:
 * his own, or those of whoever has seen both keys.
 */
export function whyNotSecond(approval: Approval, decider: Decider): string | undefined {
  const { requestedBy, involved } = approval;
  const found = findOneOf([requestedBy, ...involved], decider);
  if (found === undefined) return undefined;
  const { email } = decider;
  const asked = personKey(found) === personKey(requestedBy);
  if (personKey(found) === personKey(email))
    return asked
      ? `${email} asked for it; somebody else has to agree.`
      : `${email} wrote some of it, or made the key of ${requestedBy}, who asked for it; somebody else has to agree.`;
  const who = asked ? 'who asked for it' : `who wrote some of it, or made the key of ${requestedBy}, too`;
  return `The key of ${email} was made by ${found}, ${who}; somebody else has to agree, or ${email} with a key of guidon login, or one that the break-glass key made.`;
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
  const { requestedAtMs, expiresAtMs, decidedAtMs, involved: _, ...rest } = approval;
  return {
    ...rest,
    state: stateAt(approval, nowMs),
    requestedAt: new Date(requestedAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    ...(decidedAtMs === undefined ? {} : { decidedAt: new Date(decidedAtMs).toISOString() }),
  };
}
