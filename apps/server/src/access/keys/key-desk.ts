import type { CreateKeyRequest, KeyDocument, NewKeyDocument, RotateKeyRequest } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { Audit, AuditAction, AuditState } from '../../audit/index.js';
import {
  endKey,
  fetchKeys,
  findKey,
  type KeyRecord,
  type KeyService,
  lockKey,
} from '../../identity/index.js';
import type { Clock } from '../../kernel/clock/index.js';
import type { Transactions } from '../../kernel/database/index.js';
import { requireMatch } from '../../kernel/http/index.js';
import type { Idempotency } from '../../kernel/idempotency/index.js';
import { DomainError } from '../../kernel/problem/index.js';
import { addKey } from './add-key.js';
import { handsOf, type KeyAsker, refuseForbidden } from './key-asker.js';
import { keyDocument, keyFacts, keyStanding, stateOf } from './key-document.js';
import { noteReplay } from './note-replay.js';

export interface KeyDeskParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly keys: Pick<KeyService, 'announce' | 'refresh'>;
  readonly idempotency: Idempotency;
}

/** Hands out keys, changes them for new ones and takes them back. Each act is one transaction with one audit entry. */
export class KeyDesk {
  constructor(private readonly parts: KeyDeskParts) {}

  async list(): Promise<KeyDocument[]> {
    const nowMs = this.parts.clock.nowMs();
    const keys = await this.parts.transactions.run(fetchKeys);
    return keys.map((key) => keyDocument(key, nowMs));
  }

  async get(id: string): Promise<KeyDocument> {
    const key = await this.parts.transactions.run((manager) => findKey(manager, id));
    return keyDocument(found(key, id), this.parts.clock.nowMs());
  }

  create(request: CreateKeyRequest, asker: KeyAsker): Promise<NewKeyDocument> {
    const { kind, owner, environment, origins, expiresAt, reason } = request;
    const role = kind === 'admin' ? (request.role ?? 'access') : undefined;
    const expiresAtMs = expiresAt === undefined ? undefined : Date.parse(expiresAt);
    return this.once(asker, { operation: 'POST /api/v1/keys', body: request }, async (manager) => {
      refuseForbidden({ kind, ...(environment === undefined ? {} : { environment }) }, asker);
      this.refuseWhatIsOver(expiresAtMs);
      const { made, facts } = await addKey(manager, {
        ...{ kind, owner, environment, role, expiresAtMs, origins, ...handsOf(asker) },
        nowMs: this.parts.clock.nowMs(),
      });
      const subject = {
        ...{ key: made.id, kind, owner },
        ...(role === undefined ? {} : { role }),
        ...(origins === undefined ? {} : { origins }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
      const event = {
        action: 'key.create',
        reason,
        subject,
        environment,
        before: null,
        after: facts,
      } as const;
      await this.append(manager, event, asker);
      return made;
    });
  }

  /** A new key in the old one's place; the old one works beside it for the overlap, and never longer than it had. */
  rotate(id: string, request: RotateKeyRequest, asker: KeyAsker): Promise<NewKeyDocument> {
    const operation = `POST /api/v1/keys/${id}/rotate`;
    return this.once(asker, { operation, body: request }, async (manager) => {
      const nowMs = this.parts.clock.nowMs();
      const old = await this.lock(manager, id, asker);
      if (stateOf(old, nowMs) !== 'active')
        throw new DomainError('key-over', { detail: `Key ${id} is ${stateOf(old, nowMs)} already.` });
      const { kind, owner, environment } = old;
      const { made, facts } = await addKey(manager, { ...old, ...handsOf(asker), nowMs });
      const expiresAt = new Date(nowMs + request.overlapSeconds * 1000);
      await endKey(manager, id, { expiresAt, replacedBy: made.id });
      const subject = { key: id, kind, owner, replacedBy: made.id, worksUntil: expiresAt.toISOString() };
      const now = keyFacts(found(await lockKey(manager, id), id), nowMs);
      const states = { before: keyFacts(old, nowMs), after: { old: now, new: facts } };
      const event = {
        action: 'key.rotate',
        reason: request.reason,
        subject,
        environment,
        ...states,
      } as const;
      await this.append(manager, event, asker);
      return made;
    });
  }

  /** Revoking twice changes nothing the second time, but is written down: somebody wanted to be sure. */
  revoke(id: string, reason: string, asker: KeyAsker): Promise<KeyDocument> {
    const operation = `POST /api/v1/keys/${id}/revoke`;
    return this.once(asker, { operation, body: { reason } }, async (manager) => {
      const nowMs = this.parts.clock.nowMs();
      const key = await this.lock(manager, id, asker);
      const stood = key.revokedAtMs !== undefined;
      if (!stood) await endKey(manager, id, { revokedAt: new Date(nowMs) });
      const { kind, owner, environment } = key;
      const subject = { key: id, kind, owner, ...(stood ? { stoodAlready: true } : {}) };
      const now = stood ? key : { ...key, revoked: true, revokedAtMs: nowMs };
      const states = { before: keyFacts(key, nowMs), after: keyFacts(now, nowMs) };
      const event = { action: 'key.revoke', reason, subject, environment, ...states } as const;
      await this.append(manager, event, asker);
      return keyDocument(now, nowMs);
    });
  }

  private async lock(manager: EntityManager, id: string, asker: KeyAsker): Promise<KeyRecord> {
    const key = found(await lockKey(manager, id), id);
    refuseForbidden(key, asker);
    requireMatch(keyStanding(key, this.parts.clock.nowMs()));
    return key;
  }

  private refuseWhatIsOver(expiresAtMs: number | undefined): void {
    if (expiresAtMs === undefined || expiresAtMs > this.parts.clock.nowMs()) return;
    throw new DomainError('request-invalid', {
      detail: 'One thing is wrong with the request.',
      violations: [{ pointer: '/expiresAt', sentence: 'This instant is over; give one to come.' }],
    });
  }

  private async append(
    manager: EntityManager,
    event: {
      readonly action: AuditAction;
      readonly reason: string;
      readonly subject: object;
      readonly environment: string | undefined;
      readonly before: AuditState;
      readonly after: AuditState;
    },
    { actor, requestId }: KeyAsker,
  ): Promise<void> {
    const { environment, ...told } = event;
    const environments = environment === undefined ? {} : { environments: [environment] };
    const subject = { ...event.subject };
    await this.parts.audit.append(manager, { ...told, actor, subject, requestId, ...environments });
    await this.parts.keys.announce(manager);
  }

  private async once<T>(
    asker: KeyAsker,
    request: { operation: string; body: unknown },
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    const { transactions, idempotency, keys } = this.parts;
    const asked = { caller: asker.keyId, key: asker.idempotencyKey, sealWith: asker.presented, ...request };
    const answer = await transactions.run(async (manager) => {
      const given = await idempotency.run(manager, asked, async () => ({
        status: 200,
        body: await work(manager),
      }));
      if (given.replayed)
        await noteReplay(this.parts.audit, manager, {
          operation: request.operation,
          answer: given.body,
          asker,
        });
      return given;
    });
    // The caller may use, or stop using, the key as soon as he has the answer.
    await keys.refresh();
    return answer.body;
  }
}

function found(key: KeyRecord | undefined, id: string): KeyRecord {
  if (key !== undefined) return key;
  throw new DomainError('key-not-found', { detail: `No key has the public id ${id}.` });
}
