import type { KillDocument, PressAnswer, PressRequest, ReviveAnswer } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { Approvals } from '../access/index.js';
import type { Audit } from '../audit/index.js';
import type { CommitLookup, KillEntry, KillLedger, KnownKill, LiveCatalog, Reach } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { requireMatch } from '../kernel/http/index.js';
import type { Answer, Idempotency } from '../kernel/idempotency/index.js';
import type { Proposals } from '../proposals/index.js';
import type { Asker } from './asker.js';
import { draftPress, type PressDraft } from './draft-press.js';
import {
  countsOf,
  factsOf,
  killDocument,
  killNotFound,
  killStanding,
  pressed,
  reachOf,
  stillHeld,
} from './kill-document.js';
import { freeState, searchedBy, standingState } from './kill-states.js';
import { pressEvent } from './press-event.js';
import { TargetPermits } from './target-permits.js';

export interface KillSwitchParts {
  readonly live: LiveCatalog;
  readonly ledger: KillLedger;
  readonly commits: Pick<CommitLookup, 'changedPaths'>;
  readonly reach: Reach;
  /** Offers each press to Git as well. */
  readonly proposals: Pick<Proposals, 'wantKill' | 'wake'>;
  readonly approvals: Pick<Approvals, 'use' | 'orAsk'>;
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly idempotency: Pick<Idempotency, 'run'>;
  readonly clock: Clock;
  readonly makeId: (nowMs: number) => string;
}

const ATTEMPTS = 3;

/** Thrown inside a transaction to undo it: somebody revived or pressed between the look and the lock. */
class Overtaken extends Error {}

/** Serves `safe`, now. Needs memory and the database; Git, loads and publications in progress do not matter. */
export class KillSwitch {
  constructor(
    private readonly parts: KillSwitchParts,
    private readonly permits = new TargetPermits(parts),
  ) {}

  async press(request: PressRequest, asker: Asker): Promise<PressAnswer> {
    const draft = await this.draft(request, asker);
    if ('repeated' in draft) return this.answer(draft.repeated);
    this.permits.refusePress(draft.targets, asker);
    if (request.dryRun === true) return this.preview(draft);
    const kill: KillEntry = { ...draft, id: this.parts.makeId(draft.pressedAtMs) };
    const id = await this.record(request, asker, (manager) => this.recordIn(manager, kill, asker));
    if (id === kill.id) this.parts.ledger.applyPress(kill);
    this.parts.proposals.wake();
    return this.answer(id === kill.id ? kill : await this.stored(id));
  }

  async revive(id: string, reason: string, asker: Asker): Promise<ReviveAnswer> {
    const work = (manager: EntityManager) => this.reviveIn(manager, { id, reason, asker });
    const request = { operation: `POST /api/v1/red-button/${id}/revive`, body: { reason } };
    const { body } = await this.parts.approvals.orAsk(() => this.once(asker, request, work));
    const { ledger, proposals } = this.parts;
    ledger.applyRevival(body.id);
    proposals.wake();
    // Another replica may have pressed a moment ago. The revival is written; with the database gone now, memory answers.
    await ledger.refresh().catch(() => undefined);
    return { ...body, stillHeld: stillHeld(body.targets, ledger.standing()) };
  }

  async list(): Promise<KillDocument[]> {
    const nowMs = this.parts.clock.nowMs();
    return (await this.parts.ledger.list()).map((kill) => killDocument(kill, nowMs));
  }

  async get(id: string): Promise<KillDocument> {
    const kill = await this.parts.ledger.get(id);
    if (kill === undefined) throw killNotFound(id);
    return killDocument(kill, this.parts.clock.nowMs());
  }

  /**
   * What the press would hit now. A repeated request gets its first answer also when that is nothing any more: a flag
   * may be gone by then, or the expiry over.
   */
  private async draft(request: PressRequest, asker: Asker): Promise<PressDraft | { repeated: KnownKill }> {
    try {
      return await draftPress(this.parts, request, asker.actor);
    } catch (refusal) {
      if (asker.idempotencyKey === undefined || request.dryRun === true) throw refusal;
      const refuse = () => Promise.reject(refusal);
      const id = await this.record(request, asker, refuse).catch(refuse);
      return { repeated: await this.stored(id) };
    }
  }

  private async record(
    request: PressRequest,
    asker: Asker,
    work: (manager: EntityManager) => Promise<{ id: string }>,
  ): Promise<string> {
    const answer = await this.once(asker, { operation: 'POST /api/v1/red-button', body: request }, work);
    return answer.body.id;
  }

  /** A kill that stands already, or that this very request made before. This replica may not have heard of it yet. */
  private async stored(id: string): Promise<KnownKill> {
    const kill = await this.parts.ledger.get(id);
    if (kill === undefined) throw killNotFound(id);
    if (kill.revival === undefined) this.parts.ledger.applyPress(kill);
    return kill;
  }

  /** A kill that holds exactly the same already is enough; that it was asked for again is kept in the audit log. */
  private async recordIn(manager: EntityManager, kill: KillEntry, asker: Asker): Promise<{ id: string }> {
    const { ledger, audit } = this.parts;
    const twin = await ledger.findStandingTwin(manager, kill);
    const id = twin?.id ?? kill.id;
    await audit.append(manager, pressEvent({ ...kill, id }, { twin, asker, live: this.parts.live }));
    // Appending took the lock that every press and revival needs, so what is seen now stays.
    const settled = await ledger.findStandingTwin(manager, kill);
    if (settled?.id !== twin?.id) throw new Overtaken();
    if (twin === undefined) await ledger.addKill(manager, kill);
    if (twin === undefined) await this.parts.proposals.wantKill(manager, pressed(kill));
    return { id };
  }

  private async reviveIn(
    manager: EntityManager,
    { id, reason, asker }: { id: string; reason: string; asker: Asker },
  ): Promise<Omit<ReviveAnswer, 'stillHeld'>> {
    const { ledger, audit, clock } = this.parts;
    const kill = await ledger.find(manager, id);
    if (kill === undefined) throw killNotFound(id);
    const revivedAtMs = clock.nowMs();
    requireMatch(killStanding(kill, revivedAtMs));
    if (kill.revival !== undefined) return { ...killDocument(kill, revivedAtMs), alreadyRevived: true };
    await this.permits.permitRevival(manager, { kill, reason, asker });
    await audit.append(manager, {
      action: 'kill.revive',
      actor: asker.actor,
      reason,
      subject: { kill: id, flags: countsOf(kill.targets) },
      before: standingState(kill, this.parts.live),
      after: freeState(kill, this.parts.live),
      ...searchedBy(kill),
      requestId: asker.requestId,
    });
    const revival = { killId: id, actor: asker.actor, reason, revivedAtMs };
    if (!(await ledger.revive(manager, kill, revival))) throw new Overtaken();
    const revived: KnownKill = { ...kill, revival };
    return killDocument(revived, revivedAtMs);
  }

  /** One transaction on the connection reserved for kills, at most once for an idempotency key. */
  private async once<T>(
    asker: Asker,
    request: { operation: string; body: unknown },
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<Answer<T>> {
    const { transactions, idempotency } = this.parts;
    const asked = { caller: asker.keyId, key: asker.idempotencyKey, ...request };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await transactions.runReserved((manager) =>
          idempotency.run(manager, asked, async () => ({ status: 200, body: await work(manager) })),
        );
      } catch (error) {
        if (!(error instanceof Overtaken) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private answer(kill: KnownKill): PressAnswer {
    const document = killDocument(kill, this.parts.clock.nowMs());
    return { ...document, dryRun: false, durability: 'database', reach: reachOf(kill, this.parts.reach) };
  }

  private preview(draft: PressDraft): PressAnswer {
    return { ...factsOf(draft), dryRun: true, reach: reachOf(draft, this.parts.reach) };
  }
}
