import { createHash } from 'node:crypto';
import { type Action, peopleBut, type Subject } from '@guidon/policy/permissions';
import type { ApprovalDocument } from '@guidon/protocol';
import canonicalize from 'canonicalize';
import type { EntityManager } from 'typeorm';
import { type Audit, lockAuditHead, noteApproval } from '../../audit/index.js';
import type { Asker } from '../../identity/index.js';
import type { Clock } from '../../kernel/clock/index.js';
import type { Transactions } from '../../kernel/database/index.js';
import { requireMatch } from '../../kernel/http/index.js';
import type { Answer, Idempotency } from '../../kernel/idempotency/index.js';
import { DomainError } from '../../kernel/problem/index.js';
import {
  type Approval,
  approvalDocument,
  approvalStanding,
  type Decider,
  stateAt,
  whyNotSecond,
} from './approval.js';
import {
  decideApproval,
  findApproval,
  insertApproval,
  listApprovals,
  lockApproval,
  lockOpen,
  useApproval,
} from './approval.repository.js';

/** Long enough to reach somebody at night, short enough that nobody agrees to what was true yesterday. */
const OPEN_MS = 4 * 60 * 60 * 1000;

export interface ApprovalsParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly idempotency: Pick<Idempotency, 'run'>;
  readonly makeId: (nowMs: number) => string;
}

/** An act that needs a second person. */
export interface WantedAct {
  readonly action: Action;
  /** Everything that the act would do: an approval is good for exactly this. */
  readonly about: { readonly [name: string]: unknown };
  readonly environments: readonly string[];
  readonly reason: string;
  /** Who cannot agree beside the one who asks: whoever wrote what is to be let in. */
  readonly authors?: readonly string[];
  readonly asker: Pick<Asker, 'actor' | 'requestId' | 'makers'> & { readonly subject: Subject };
}

/** Thrown inside the transaction of an act, which it undoes: nobody else has agreed yet. */
export class SecondPersonNeeded extends Error {
  constructor(readonly act: WantedAct) {
    super('A second person has to agree.');
  }
}

export interface DecideOrder extends Decider, Asker {
  readonly id: string;
  readonly state: 'granted' | 'refused';
  readonly reason: string;
  /** Why the permission table does not let him decide on this; absent when it does. */
  whyNot(environments: readonly string[]): string | undefined;
}

/** Two people for one act: who wants it, and somebody else who agrees. */
export class Approvals {
  constructor(private readonly parts: ApprovalsParts) {}

  async list(): Promise<ApprovalDocument[]> {
    const nowMs = this.parts.clock.nowMs();
    return (await this.parts.transactions.run(listApprovals)).map((it) => approvalDocument(it, nowMs));
  }

  async get(id: string): Promise<ApprovalDocument> {
    const approval = await this.parts.transactions.run((manager) => findApproval(manager, id));
    return approvalDocument(found(approval, id), this.parts.clock.nowMs());
  }

  /**
   * Inside the transaction of the act, before its entry in the log: uses up the agreement that somebody gave to it,
   * once. Throws `SecondPersonNeeded` when nobody did.
   */
  async use(manager: EntityManager, act: WantedAct): Promise<void> {
    const at = new Date(this.parts.clock.nowMs());
    // Before the approval's own row, here and below: who decides and who uses it up would wait for each other otherwise.
    await lockAuditHead(manager);
    const wanted = { ...sideOf(act), action: act.action, hash: hashOf(act), at };
    const open = await lockOpen(manager, wanted);
    if (open?.state !== 'granted') throw new SecondPersonNeeded(act);
    await useApproval(manager, open.id);
    // The entry of the act in the log, which is written next, names who agreed.
    const { id, decidedBy: by = '', decidedAtMs = 0 } = open;
    const decidedAt = new Date(decidedAtMs).toISOString();
    noteApproval(manager, { id, by: by.toLowerCase(), on: 'guidon', at: decidedAt, hash: wanted.hash });
  }

  /** Runs an act; when it needs somebody else first, that is written down for him to see, and the caller is told. */
  async orAsk<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof SecondPersonNeeded)) throw error;
      const { id, expiresAtMs } = await this.parts.transactions.run((manager) =>
        this.ask(manager, error.act),
      );
      const until = new Date(expiresAtMs).toISOString();
      throw new DomainError('approval-needed', {
        detail: `Somebody else has to agree to ${error.act.action} in ${error.act.environments.join(', ')}, until ${until}: guidon approve ${id}. Then ask again.`,
      });
    }
  }

  /** The same question again is the same request. */
  private async ask(manager: EntityManager, act: WantedAct): Promise<Approval> {
    const { audit, clock, makeId } = this.parts;
    const nowMs = clock.nowMs();
    const { action, about, environments, reason, asker } = act;
    const hash = hashOf(act);
    const side = sideOf(act);
    const wanted = { ...side, action, hash, at: new Date(nowMs) };
    // Everybody needs this lock, so of two equal requests the second finds the first, which then stands for both.
    await lockAuditHead(manager);
    const open = await lockOpen(manager, wanted);
    if (open !== undefined) return open;
    const approval: Approval = {
      ...{ id: makeId(nowMs), action, about, environments, reason, state: 'waiting' },
      ...{ ...side, requestedAtMs: nowMs, expiresAtMs: nowMs + OPEN_MS },
    };
    await audit.append(manager, {
      ...{ action: 'approval.request', actor: asker.actor, reason, requestId: asker.requestId },
      ...{ environments, subject: { approval: approval.id, action, about }, before: null },
      after: { state: 'waiting', hash, expiresAt: new Date(approval.expiresAtMs).toISOString() },
    });
    await insertApproval(manager, approval, hash);
    return approval;
  }

  async decide(order: DecideOrder): Promise<ApprovalDocument> {
    const { transactions, idempotency } = this.parts;
    const { id, state, reason, keyId: caller, idempotencyKey: key } = order;
    const asked = { caller, key, operation: `POST /api/v1/approvals/${id}/${state}`, body: { reason } };
    const answer: Answer<ApprovalDocument> = await transactions.run((manager) =>
      idempotency.run(manager, asked, async () => ({
        status: 200,
        body: await this.decideIn(manager, order),
      })),
    );
    return answer.body;
  }

  private async decideIn(manager: EntityManager, order: DecideOrder): Promise<ApprovalDocument> {
    const { audit, clock } = this.parts;
    const nowMs = clock.nowMs();
    await lockAuditHead(manager);
    const approval = found(await lockApproval(manager, order.id), order.id);
    const refusal = whyNotSecond(approval, order) ?? order.whyNot(approval.environments);
    if (refusal !== undefined) throw new DomainError('not-permitted', { detail: refusal });
    requireMatch(approvalStanding(approval, nowMs));
    const before = stateAt(approval, nowMs);
    if (before !== 'waiting')
      throw new DomainError('approval-over', { detail: `It is ${before} already; ask for it anew.` });
    const { state, reason, email, actor, requestId } = order;
    const { environments, action, about, requestedBy } = approval;
    await decideApproval(manager, approval.id, { state, by: email, why: reason, at: new Date(nowMs) });
    await audit.append(manager, {
      ...{ action: state === 'granted' ? 'approval.grant' : 'approval.refuse', actor, reason, requestId },
      ...{ environments, subject: { approval: approval.id, action, about, requestedBy } },
      before: { state: 'waiting' },
      after: { state, by: email, hash: hashOf({ action, about, environments }) },
    });
    const decided = { ...approval, state, decidedBy: email, decidedWhy: reason, decidedAtMs: nowMs };
    return approvalDocument(decided, nowMs);
  }
}

function found(approval: Approval | undefined, id: string): Approval {
  if (approval !== undefined) return approval;
  throw new DomainError('approval-not-found', { detail: `Nothing waits under ${id.slice(0, 64)}.` });
}

/** Who asks, and who stands beside him; asked with a key of other hands it is another request. */
function sideOf({ asker: { subject, makers = [] }, authors = [] }: WantedAct) {
  if (subject.kind !== 'person') throw new Error(`A ${subject.kind} subject never needs a second person.`);
  return { requestedBy: subject.email, involved: peopleBut(subject.email, [...makers, ...authors]) };
}

function hashOf({
  action,
  about,
  environments,
}: Pick<Approval, 'action' | 'about' | 'environments'>): string {
  return createHash('sha256')
    .update(canonicalize({ action, about, environments: [...environments].sort() }) ?? '')
    .digest('hex');
}
