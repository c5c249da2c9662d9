import type { KillDocument, PressAnswer, PressRequest } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { Audit } from '../audit/index.js';
import {
  type CommitLookup,
  type KillEntry,
  type KillLedger,
  type KnownKill,
  type LiveCatalog,
  type Reach,
} from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Answer, Idempotency } from '../kernel/idempotency/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { PressedKill, Proposals } from '../proposals/index.js';
import { draftPress, type PressDraft } from './draft-press.js';
import { factsOf, killDocument } from './kill-document.js';

export interface KillSwitchParts {
  readonly live: LiveCatalog;
  readonly ledger: KillLedger;
  readonly commits: Pick<CommitLookup, 'changedPaths'>;
  readonly reach: Reach;
  /** Offers each press to Git as well. */
  readonly proposals: Pick<Proposals, 'wantKill' | 'wake'>;
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly idempotency: Pick<Idempotency, 'run'>;
  readonly clock: Clock;
  readonly makeId: (nowMs: number) => string;
}

/** Who mutates, and how the request can be told from another. */
export interface Asker {
  readonly keyId: string;
  readonly actor: string;
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
}

const ATTEMPTS = 3;

/** Thrown inside a transaction to undo it: somebody revived or pressed between the look and the lock. */
class Overtaken extends Error {}

/** Serves `safe`, now. Needs memory and the database; Git, loads and publications in progress do not matter. */
export class KillSwitch {
  constructor(private readonly parts: KillSwitchParts) {}

  async press(request: PressRequest, asker: Asker): Promise<PressAnswer> {
    const draft = await draftPress(this.parts, request, asker.actor);
    if (request.dryRun === true) return this.answer(draft, undefined);
    const kill: KillEntry = { ...draft, id: this.parts.makeId(draft.pressedAtMs) };
    const { id, fresh } = await this.record(kill, request, asker);
    if (fresh) this.parts.ledger.applyPress(kill);
    this.parts.proposals.wake();
    return this.answer(draft, id);
  }

  async revive(id: string, reason: string, asker: Asker): Promise<KillDocument> {
    const work = (manager: EntityManager) => this.reviveIn(manager, { id, reason, asker });
    const { body } = await this.once(
      asker,
      { operation: `POST /api/v1/red-button/${id}/revive`, body: { reason } },
      work,
    );
    this.parts.ledger.applyRevival(body.id);
    this.parts.proposals.wake();
    return body;
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

  private async record(
    kill: KillEntry,
    request: PressRequest,
    asker: Asker,
  ): Promise<{ id: string; fresh: boolean }> {
    const operation = 'POST /api/v1/red-button';
    const answer = await this.once(asker, { operation, body: request }, (manager) =>
      this.recordIn(manager, kill, asker),
    );
    return { id: answer.body.id, fresh: answer.body.id === kill.id };
  }

  /** A kill that holds exactly the same already is enough; that it was asked for again is kept in the audit log. */
  private async recordIn(manager: EntityManager, kill: KillEntry, asker: Asker): Promise<{ id: string }> {
    const { ledger, audit } = this.parts;
    const twin = await ledger.findStandingTwin(manager, kill);
    const id = twin?.id ?? kill.id;
    await audit.append(manager, {
      action: 'kill.press',
      actor: asker.actor,
      reason: kill.reason,
      subject: {
        kill: id,
        ...(twin === undefined ? {} : { stoodAlready: true }),
        scope: kill.scope,
        flags: countsOf(kill.targets),
        ...(kill.expiresAtMs === undefined ? {} : { expiresAt: new Date(kill.expiresAtMs).toISOString() }),
      },
      environments: [...kill.targets.keys()],
      requestId: asker.requestId,
    });
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
  ): Promise<KillDocument> {
    const { ledger, audit, clock } = this.parts;
    const kill = await ledger.find(manager, id);
    if (kill === undefined) throw killNotFound(id);
    const revivedAtMs = clock.nowMs();
    if (kill.revival !== undefined) return killDocument(kill, revivedAtMs);
    await audit.append(manager, {
      action: 'kill.revive',
      actor: asker.actor,
      reason,
      subject: { kill: id, flags: countsOf(kill.targets) },
      environments: [...kill.targets.keys()],
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

  private answer(draft: PressDraft, id: string | undefined): PressAnswer {
    const environments = [...draft.targets.keys()];
    const streams = environments.reduce((sum, it) => sum + this.parts.reach.streamsOpen(it), 0);
    return {
      ...(id === undefined ? {} : { id }),
      ...factsOf(draft),
      dryRun: id === undefined,
      durability: 'database',
      // Other replicas follow by the change signal; how many there are is not known here yet.
      reach: { replicas: 1, streams },
    };
  }
}

function pressed({ id, scope, actor, reason, pressedAtMs }: KillEntry): PressedKill {
  return { id, actor, reason, pressedAtMs, flag: 'flag' in scope ? scope.flag : undefined };
}

const MOST_NAMED = 50;

/** Names the flags where they are few; the record itself keeps all of them. */
function countsOf(targets: ReadonlyMap<string, readonly string[]>) {
  return [...targets].map(([environment, flags]) => ({
    environment,
    count: flags.length,
    named: flags.slice(0, MOST_NAMED),
  }));
}

function killNotFound(id: string): DomainError {
  return new DomainError('kill-not-found', {
    detail: `No kill has the id "${id.slice(0, 64)}"; GET /api/v1/red-button lists them.`,
  });
}
