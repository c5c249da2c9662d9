import type { EntityManager } from 'typeorm';
import type { AuditApproval } from './audit.js';

/** By transaction: one that is undone takes its agreements with it, and the next attempt notes them anew. */
const used = new WeakMap<EntityManager, readonly AuditApproval[]>();

/** Notes that the transaction uses up an agreement, for the entry that it will write. */
export function noteApproval(manager: EntityManager, approval: AuditApproval): void {
  used.set(manager, [...(used.get(manager) ?? []), approval]);
}

export function approvalsUsedIn(manager: EntityManager): readonly AuditApproval[] {
  return used.get(manager) ?? [];
}
