import { createHash } from 'node:crypto';
import { type ChainFunctions, type ChainHead, linkEntry } from '@guidon/policy/audit-chain';
import { Inject, Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import type { EntityManager } from 'typeorm';
import { CLOCK, type Clock } from '../kernel/clock/index.js';
import { currentOrigin } from '../kernel/http/index.js';
import { redactKeys } from '../kernel/log/index.js';
import { actorOfEntry } from './actor-of-entry.js';
import type { Audit, AuditEvent } from './audit.js';
import { AuditFollowers, type WrittenEntry } from './audit-followers.js';
import { approvalsUsedIn } from './used-approvals.js';

/** What entries look like; those without a version are of before they told what was and what is. */
export const ENTRY_VERSION = 2;
/** Searched by, not told by: an entry says elsewhere how many there are. */
const MOST_FLAGS = 200;

export const CHAIN_FUNCTIONS: ChainFunctions = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  canonicalize: (value) => canonicalize(value) ?? 'null',
};

/** Appends under the lock of the head row, which every mutation takes first, so that the chain never forks. */
@Injectable()
export class DatabaseAudit implements Audit {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AuditFollowers) private readonly followers = new AuditFollowers(),
  ) {}

  async append(manager: EntityManager, event: AuditEvent): Promise<void> {
    const head = await lockHead(manager);
    const at = new Date(this.clock.nowMs());
    const entry = withoutKeys(entryOf(manager, { ...event, at: at.toISOString() }));
    const link = linkEntry(head, { ...entry }, CHAIN_FUNCTIONS);
    await manager.query(
      'INSERT INTO audit_entries (sequence, at, body, previous_hash, hash) VALUES ($1, $2, $3, $4, $5)',
      [link.sequence, at, link.body, link.previousHash, link.hash],
    );
    await manager.query('UPDATE audit_head SET sequence = $1, hash = $2', [link.sequence, link.hash]);
    await this.followers.tell(manager, entry);
  }
}

/** A key that somebody pasted into a reason would stand in the log for ever, since nothing of it can be changed. */
function withoutKeys<T extends object>(entry: T): T {
  const text = JSON.stringify(entry);
  const clean = redactKeys(text);
  return clean === text ? entry : (JSON.parse(clean) as T);
}

function entryOf(manager: EntityManager, event: AuditEvent & { readonly at: string }): WrittenEntry {
  const approvals = [...(event.approvals ?? []), ...approvalsUsedIn(manager)];
  const { actor, flags = [] } = event;
  const { ifMatch: _, ...origin } = currentOrigin() ?? {};
  return {
    // What a feature says itself outweighs what is known of the request; a worker has none.
    ...origin,
    ...event,
    ...(approvals.length === 0 ? {} : { approvals }),
    ...(flags.length === 0 ? {} : { flags: flags.slice(0, MOST_FLAGS) }),
    version: ENTRY_VERSION,
    who: actorOfEntry(actor),
  };
}

/**
 * What every mutation locks first. For whoever must know, before writing an entry, what will still be so when it is
 * written.
 */
export async function lockAuditHead(manager: EntityManager): Promise<void> {
  await lockHead(manager);
}

async function lockHead(manager: EntityManager): Promise<ChainHead> {
  const rows: { sequence: string; hash: string }[] = await manager.query(
    'SELECT sequence, hash FROM audit_head FOR UPDATE',
  );
  const row = rows[0];
  if (row === undefined) throw new Error('The head row of the audit chain is missing.');
  return { sequence: Number(row.sequence), hash: row.hash };
}
