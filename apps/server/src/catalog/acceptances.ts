import type { EntityManager } from 'typeorm';
import type { Audit } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { ChangeSignal, Transactions } from '../kernel/database/index.js';
import { expectsMatch, preconditionFailed, requireMatch, type Standing } from '../kernel/http/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { writeAcceptance } from './acceptance.repository.js';
import { afterWord } from './after-word.js';
import { findRevision, type RevisionRecord, readRevision } from './catalog.repository.js';
import type { CatalogService } from './catalog.service.js';
import { gitSideOf } from './git-side.js';
import { headSummary } from './head.js';
import { readStoreAndHeads } from './head.repository.js';
import type { DecideHeads, HeadMover, MoveSteps } from './head-mover.js';
import type { LiveCatalog } from './live.js';
import { bring } from './offer-content.js';
import { revisionNotFound } from './pins.js';
import { revisionStanding } from './revision-standing.js';
import { stagesOf } from './stages-of.js';

export interface AcceptancesParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly signal: ChangeSignal;
  readonly clock: Clock;
  readonly catalog: Pick<CatalogService, 'refresh'>;
  readonly live: Pick<LiveCatalog, 'snapshot'>;
  readonly mover: Pick<HeadMover, 'move'>;
}

export interface AcceptOrder {
  readonly commit: string;
  readonly actor: string;
  readonly reason: string;
  readonly requestId: string;
  /** The kinds of holds that the person was shown; absent: whatever holds it. */
  readonly seen?: readonly string[];
  /** Carries the change out once for a request; absent: it is carried out. */
  readonly begin?: (manager: EntityManager, change: () => Promise<unknown>) => Promise<void>;
}

/** Undoes the transaction of an acceptance: it is not the newest revision that is meant, or nothing holds it. */
class NotNewest extends Error {}

/**
 * "Go on in spite of what holds it": the word of a person, by which the next sync judges the same commit once more. A
 * change that a wave took back was judged well already, and comes again at once.
 */
export class Acceptances {
  constructor(private readonly parts: AcceptancesParts) {}

  /** Throws `revision-not-found`. */
  async find(commit: string): Promise<RevisionRecord> {
    const revision = await this.parts.transactions.run((manager) => findRevision(manager, commit));
    if (revision === undefined) throw revisionNotFound(commit);
    return revision;
  }

  async accept(order: AcceptOrder): Promise<RevisionRecord> {
    const { transactions, catalog } = this.parts;
    const begin = order.begin ?? ((_, change) => change());
    const revision = await this.find(order.commit);
    try {
      await transactions.run((manager) => begin(manager, () => this.writeHeld(manager, revision, order)));
    } catch (error) {
      if (!(error instanceof NotNewest)) throw error;
      if (!(await this.tryAgain(revision, order))) throw await this.notHeld(revision);
    }
    await catalog.refresh();
    return revision;
  }

  private async writeHeld(
    manager: EntityManager,
    { commit }: RevisionRecord,
    order: AcceptOrder,
  ): Promise<void> {
    const { audit, signal, clock } = this.parts;
    const standing = await this.standingIn(manager, commit);
    requireMatch(standing);
    const newest = await readNewest(manager);
    if (newest?.commit !== commit || newest.state !== 'held') throw new NotNewest();
    const { actor, reason, requestId, seen } = order;
    const unseen = newest.holds.filter(({ kind }) => seen?.includes(kind) === false);
    if (unseen.length > 0) throw heldAnew(newest, unseen);
    const kinds = newest.holds.map(({ kind }) => kind);
    const acceptance = { revisionId: newest.id, kinds, actor, reason, atMs: clock.nowMs() };
    // Of two at once the second waits here and finds it done: one acceptance, one entry.
    if (!(await writeAcceptance(manager, acceptance))) {
      if (expectsMatch()) throw preconditionFailed({ ...standing, now: 'was accepted by somebody else' });
      return;
    }
    const [before, after] = [
      { state: 'held', holds: kinds },
      { state: 'judged-again', accepted: kinds },
    ] as const;
    const about = {
      subject: { holds: newest.holds },
      commit,
      before,
      after,
      ...gitSideOf(newest.provenance),
    };
    await audit.append(manager, { action: 'revision.accept', actor, reason, requestId, ...about });
    await signal.notify(manager, '');
  }

  /** As it is judged now, which may be anew since it was found. */
  private async standingIn(manager: EntityManager, commit: string): Promise<Standing> {
    const record = await findRevision(manager, commit);
    if (record === undefined) throw revisionNotFound(commit);
    return revisionStanding(record, (await readStoreAndHeads(manager)).heads);
  }

  /** Begins anew what was rolled back, by waves as before. False when it was not. */
  private async tryAgain(revision: RevisionRecord, order: AcceptOrder): Promise<boolean> {
    const { commit, provenance } = revision;
    const { mover, live } = this.parts;
    const project = live.snapshot()?.project;
    const decide: DecideHeads = (heads, nowMs) => {
      requireMatch(revisionStanding(revision, heads));
      const again = heads.flatMap((head) => {
        const stages = project === undefined ? [] : stagesOf(project, head.environment);
        const next = afterWord(head, commit);
        return next === undefined ? [] : [bring(next.head, { ...next.content, stages }, nowMs)];
      });
      if (again.length === 0) return { kind: 'nothing', reason: 'nothing of it was rolled back' };
      const { actor, reason, requestId } = order;
      const environments = again.map(({ environment }) => environment);
      const subject = { now: again.map(headSummary) };
      const about = { subject, environments, commit, ...gitSideOf(provenance) };
      const event = { action: 'revision.accept', actor, reason, requestId, ...about } as const;
      return { kind: 'change', heads: again, event };
    };
    const around: MoveSteps['around'] = (manager, { write }) =>
      order.begin === undefined ? write() : order.begin(manager, write);
    const decision = await mover.move(decide, { around });
    return decision.kind === 'change';
  }

  private async notHeld(revision: RevisionRecord): Promise<DomainError> {
    return notHeld(revision, await this.parts.transactions.run(readNewest));
  }
}

async function readNewest(manager: EntityManager): Promise<RevisionRecord | undefined> {
  return readRevision(manager, (await readStoreAndHeads(manager)).store.revisionId);
}

function heldAnew({ commit }: RevisionRecord, unseen: RevisionRecord['holds']): DomainError {
  const sentences = unseen.map(({ sentence }) => sentence).join(' ');
  return new DomainError('revision-not-held', {
    detail: `Something new holds ${commit.slice(0, 12)} since you looked at it, so nothing was accepted: ${sentences} Look again, then accept it.`,
  });
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
