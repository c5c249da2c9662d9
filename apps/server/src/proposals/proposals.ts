import type { ProposalDocument, ProposalRequest } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { Audit } from '../audit/index.js';
import { type Asker, askedBy } from '../identity/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Idempotency } from '../kernel/idempotency/index.js';
import type { Log } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { branchOf } from './branch-of.js';
import { draftRequest } from './draft-request.js';
import type { WantedProposal } from './proposal.js';
import {
  findProposal,
  findUnderWay,
  insertWanted,
  listProposals,
  updateProposal,
} from './proposal.repository.js';
import { proposalDocument } from './proposal-document.js';
import type { ProposalFacts } from './proposal-facts.js';

export interface ProposalsParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly idempotency: Pick<Idempotency, 'run'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly facts: ProposalFacts;
  readonly makeId: (nowMs: number) => string;
  /** Called after something was wanted or taken back; returns at once. */
  readonly wake: () => void;
}

/** A kill whose proposal is wanted. */
export interface PressedKill {
  readonly id: string;
  /** Present where the press named exactly one flag. */
  readonly flag: string | undefined;
  readonly actor: string;
  readonly reason: string;
  readonly pressedAtMs: number;
}

/** An environment serves an earlier commit again; a proposal is wanted for it. */
export interface RolledBack {
  /** Full id. */
  readonly commit: string;
  readonly actor: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** A rollout has ended, and Git says something else. */
export interface EndedRollout {
  readonly environment: string;
  readonly flag: string;
  readonly what: 'completion' | 'rollback';
  readonly actor: string;
  readonly reason: string;
  readonly wantedAtMs: number;
}

/** As many of a commit's digits as a person reads in a branch's name. */
const BRANCH_DIGITS = 12;

/** What is wanted, and what became of it. */
export class Proposals {
  constructor(private readonly parts: ProposalsParts) {}

  /**
   * Inside the transaction of a press, after its audit entry. Never throws for a reason of its own and never waits for
   * anybody: a press that cannot have a proposal goes without.
   */
  async wantKill(manager: EntityManager, kill: PressedKill): Promise<void> {
    const { actor, reason, pressedAtMs: wantedAtMs, flag } = kill;
    const subject = flag ?? kill.id;
    const branch = branchOf('kill', subject);
    const about = { kind: 'kill', subject, aboutKill: flag === undefined, branch } as const;
    await this.wantBehindSavepoint(manager, { ...about, edit: {}, actor, reason, wantedAtMs });
  }

  /** Inside the transaction of a pin, with the same promise. */
  async wantRollback(manager: EntityManager, rolledBack: RolledBack): Promise<void> {
    const { commit: subject, actor, reason, sinceMs: wantedAtMs } = rolledBack;
    const branch = branchOf('rollback', subject.slice(0, BRANCH_DIGITS));
    const about = { kind: 'rollback', subject, aboutKill: false, branch } as const;
    await this.wantBehindSavepoint(manager, { ...about, edit: {}, actor, reason, wantedAtMs });
  }

  /** Inside the transaction of a rollout's step, with the same promise. */
  async wantRollout(manager: EntityManager, ended: EndedRollout): Promise<void> {
    const { environment, flag: subject, what, actor, reason, wantedAtMs } = ended;
    const branch = branchOf(what, `${environment}-${subject}`);
    const about = { kind: 'rollout', subject, aboutKill: false, branch } as const;
    const edit = { ended: { environment, as: what } };
    await this.wantBehindSavepoint(manager, { ...about, edit, actor, reason, wantedAtMs });
  }

  private async wantBehindSavepoint(
    manager: EntityManager,
    wanted: Omit<WantedProposal, 'id'>,
  ): Promise<void> {
    const { makeId, log } = this.parts;
    await manager.query('SAVEPOINT proposal');
    try {
      await insertWanted(manager, { id: makeId(wanted.wantedAtMs), ...wanted });
      await manager.query('RELEASE SAVEPOINT proposal');
    } catch (error) {
      await manager.query('ROLLBACK TO SAVEPOINT proposal');
      const { kind, subject } = wanted;
      log.warn({ err: error, kind, subject }, 'it holds, but no proposal could be wanted for it');
    }
  }

  /** After the commit of a press, a revival, a pin or its end. */
  wake(): void {
    this.parts.wake();
  }

  /** Wants one by hand; one that is under way for the same branch takes over what is asked now. */
  async create(request: ProposalRequest, asker: Asker): Promise<ProposalDocument> {
    const { transactions, idempotency, facts, clock, makeId } = this.parts;
    const nowMs = clock.nowMs();
    const wanted = {
      ...draftRequest(request, facts.flags),
      id: makeId(nowMs),
      actor: asker.actor,
      wantedAtMs: nowMs,
    };
    const asked = askedBy(asker, 'POST /api/v1/proposals', request);
    const { body } = await transactions.run((manager) =>
      idempotency.run(manager, asked, async () => ({
        status: 200,
        body: await this.createIn(manager, wanted, asker),
      })),
    );
    this.parts.wake();
    return body;
  }

  async list(): Promise<ProposalDocument[]> {
    return (await this.parts.transactions.run(listProposals)).map(proposalDocument);
  }

  async get(id: string): Promise<ProposalDocument> {
    const found = await this.parts.transactions.run((manager) => findProposal(manager, id));
    if (found !== undefined) return proposalDocument(found);
    throw new DomainError('proposal-not-found', {
      detail: `No proposal has the id "${id.slice(0, 64)}"; GET /api/v1/proposals lists them.`,
    });
  }

  private async createIn(
    manager: EntityManager,
    wanted: WantedProposal,
    asker: Asker,
  ): Promise<ProposalDocument> {
    const { audit } = this.parts;
    const { kind, subject, edit, reason, actor, branch, wantedAtMs } = wanted;
    await audit.append(manager, {
      action: 'proposal.create',
      actor,
      reason,
      subject: { kind, flag: subject, ...edit, branch },
      requestId: asker.requestId,
    });
    // Under the lock of the audit head, so nobody else inserts between the look and this.
    const underWay = await findUnderWay(manager, branch);
    if (underWay === undefined) await insertWanted(manager, wanted);
    else
      await updateProposal(manager, underWay.id, { edit, reason, actor, attempts: 0, nextAtMs: wantedAtMs });
    const written = await findProposal(manager, underWay?.id ?? wanted.id);
    if (written === undefined) throw new Error('The proposal that was just written is not there.');
    return proposalDocument(written);
  }
}
