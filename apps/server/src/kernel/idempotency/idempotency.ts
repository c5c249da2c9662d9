import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import type { EntityManager } from 'typeorm';
import { CLOCK, type Clock } from '../clock/index.js';
import { DomainError } from '../problem/index.js';
import { seal, unseal } from './seal.js';

export interface IdempotentRequest {
  /** Who asks (a key's public id); two callers never share an answer. */
  readonly caller: string;
  /** The `Idempotency-Key` header, if the caller sent one. */
  readonly key: string | undefined;
  /** Method and path. */
  readonly operation: string;
  readonly body: unknown;
  /** Given where the answer holds a secret: what the caller alone knows, with which the stored answer is sealed. */
  readonly sealWith?: string;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** Answers are replayed for a day; after that the same key is a new request. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const KEY_FORM = /^[\x21-\x7e]{1,128}$/;

/**
 * Runs a mutation at most once per caller and `Idempotency-Key`. The claim, the change and the answer are written in
 * the same transaction: either all are there or none, and a second request waits for the first and gets its answer.
 */
@Injectable()
export class Idempotency {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  async run<T>(
    manager: EntityManager,
    request: IdempotentRequest,
    work: () => Promise<Answer<T>>,
  ): Promise<Answer<T> & { readonly replayed: boolean }> {
    const { caller, key } = request;
    if (key === undefined) return { ...(await work()), replayed: false };
    if (!KEY_FORM.test(key))
      throw new DomainError('request-invalid', {
        detail: 'The header Idempotency-Key is not usable.',
        violations: [{ pointer: 'header.idempotency-key', sentence: 'Send 1 to 128 printable characters.' }],
      });
    const hash = hashOf(request);
    const earlier = await this.claim(manager, { caller, key, hash });
    if (earlier !== undefined) return { ...replay<T>(earlier, hash, request), replayed: true };
    const answer = await work();
    const text = JSON.stringify(answer.body);
    const stored = request.sealWith === undefined ? text : seal(text, request.sealWith, key);
    await manager.query(
      'UPDATE idempotency_keys SET status = $3, answer = $4 WHERE caller = $1 AND key = $2',
      [caller, key, answer.status, stored],
    );
    return { ...answer, replayed: false };
  }

  /** Claims the key, waiting for whoever is claiming it at this moment; gives back the row of an earlier request. */
  private async claim(
    manager: EntityManager,
    { caller, key, hash }: { caller: string; key: string; hash: string },
  ): Promise<StoredAnswer | undefined> {
    const nowMs = this.clock.nowMs();
    await prune(manager, new Date(nowMs - KEPT_MS));
    const claimed: unknown[] = await manager.query(
      `INSERT INTO idempotency_keys (caller, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (caller, key) DO NOTHING RETURNING 1`,
      [caller, key, hash, new Date(nowMs)],
    );
    if (claimed.length > 0) return undefined;
    const rows: StoredAnswer[] = await manager.query(
      'SELECT request_hash, status, answer FROM idempotency_keys WHERE caller = $1 AND key = $2',
      [caller, key],
    );
    return rows[0];
  }
}

/** Forgets old answers, a few at a time and never waiting for another transaction that does the same. */
async function prune(manager: EntityManager, before: Date): Promise<void> {
  await manager.query(
    `DELETE FROM idempotency_keys WHERE (caller, key) IN (
       SELECT caller, key FROM idempotency_keys WHERE created_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)`,
    [before],
  );
}

interface StoredAnswer {
  readonly request_hash: string;
  readonly status: number;
  readonly answer: string;
}

function replay<T>(stored: StoredAnswer, hash: string, { sealWith, key }: IdempotentRequest): Answer<T> {
  if (stored.request_hash !== hash)
    throw new DomainError('idempotency-conflict', {
      detail: 'This Idempotency-Key came with another request before. Make a new key for every new request.',
    });
  const text = sealWith === undefined ? stored.answer : unseal(stored.answer, sealWith, key ?? '');
  return { status: stored.status, body: JSON.parse(text) as T };
}

function hashOf({ operation, body }: IdempotentRequest): string {
  return createHash('sha256')
    .update(`${operation}\n${canonicalize(body) ?? ''}`)
    .digest('hex');
}
