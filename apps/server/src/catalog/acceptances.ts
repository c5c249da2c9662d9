import type { Audit } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { ChangeSignal, Transactions } from '../kernel/database/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { writeAcceptance } from './acceptance.repository.js';
import { findRevision, type RevisionRecord, readRevision } from './catalog.repository.js';
import type { CatalogService } from './catalog.service.js';
import { readStoreAndHeads } from './head.repository.js';
import { revisionNotFound } from './pins.js';

export interface AcceptancesParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly signal: ChangeSignal;
  readonly clock: Clock;
  readonly catalog: Pick<CatalogService, 'refresh'>;
}

export interface AcceptOrder {
  readonly commit: string;
  readonly actor: string;
  readonly reason: string;
  readonly requestId: string;
}

/** "Go on in spite of what holds it": the word of a person, by which the next sync judges the same commit once more. */
export class Acceptances {
  constructor(private readonly parts: AcceptancesParts) {}

  async accept(order: AcceptOrder): Promise<RevisionRecord> {
    const { transactions, audit, signal, clock, catalog } = this.parts;
    const revision = await transactions.run((manager) => findRevision(manager, order.commit));
    if (revision === undefined) throw revisionNotFound(order.commit);
    const { commit } = revision;
    await transactions.run(async (manager) => {
      const newest = await readRevision(manager, (await readStoreAndHeads(manager)).store.revisionId);
      if (newest?.commit !== commit || newest.state !== 'held') throw notHeld(revision, newest);
      const { actor, reason, requestId } = order;
      const subject = { holds: newest.holds };
      await audit.append(manager, { action: 'revision.accept', actor, reason, subject, commit, requestId });
      await writeAcceptance(manager, { commit, actor, reason, atMs: clock.nowMs() });
      await signal.notify(manager, '');
    });
    await catalog.refresh();
    return revision;
  }
}

function notHeld(revision: RevisionRecord, newest: RevisionRecord | undefined): DomainError {
  const short = revision.commit.slice(0, 12);
  if (newest !== undefined && newest.commit !== revision.commit)
    return new DomainError('revision-not-held', {
      detail: `${newest.commit.slice(0, 12)} has come after ${short} and contains it; accept that one.`,
    });
  return new DomainError('revision-not-held', {
    detail: `${short} is ${newest?.state ?? revision.state} and waits for nobody.`,
  });
}
