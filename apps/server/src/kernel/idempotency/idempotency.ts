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
    if (request.key === undefined) return { ...(await work()), replayed: false };
    const earlier = await this.claim(manager, keyed(request));
    const given = earlier === undefined ? undefined : replay<T>(earlier, keyed(request));
    if (given !== undefined) return { ...given, replayed: true };
    const answer = await work();
    await store(manager, keyed(request), answer);
    return { ...answer, replayed: false };
  }

  /**
   * For a change whose answer is known only after its transaction: claims the key and makes the change, unless an earlier
   * request did. `conclude` keeps the answer; until then the same request goes on where the one before was cut off.
   */
  async begin(
    manager: EntityManager,
    request: IdempotentRequest,
    work: () => Promise<unknown>,
  ): Promise<void> {
    const earlier = request.key === undefined ? undefined : await this.claim(manager, keyed(request));
    if (earlier === undefined) await work();
    else replay(earlier, keyed(request));
  }

  /** Keeps the answer of a request; of two that were answered side by side the first one counts for both. */
  async conclude<T>(
    manager: EntityManager,
    request: IdempotentRequest,
    answer: Answer<T>,
  ): Promise<Answer<T>> {
    if (request.key === undefined) return answer;
    const earlier = await this.claim(manager, keyed(request));
    const given = earlier === undefined ? undefined : replay<T>(earlier, keyed(request));
    if (given !== undefined) return given;
    await store(manager, keyed(request), answer);
    return answer;
  }

  /** What an earlier request of the same key was answered, without claiming anything. */
  async earlier<T>(manager: EntityManager, request: IdempotentRequest): Promise<Answer<T> | undefined> {
    if (request.key === undefined) return undefined;
    const stored = await read(manager, keyed(request));
    return stored === undefined ? undefined : replay<T>(stored, keyed(request));
  }

  /** Claims the key, waiting for whoever is claiming it at this moment; gives back the row of an earlier request. */
  private async claim(
    manager: EntityManager,
    { caller, key, hash }: KeyedRequest,
  ): Promise<StoredAnswer | undefined> {
    const nowMs = this.clock.nowMs();
    await prune(manager, new Date(nowMs - KEPT_MS));
    const claimed: unknown[] = await manager.query(
      `INSERT INTO idempotency_keys (caller, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (caller, key) DO NOTHING RETURNING 1`,
      [caller, key, hash, new Date(nowMs)],
    );
    if (claimed.length > 0) return undefined;
    return read(manager, { caller, key });
  }
}

interface KeyedRequest {
  readonly caller: string;
  readonly key: string;
  readonly hash: string;
  readonly sealWith: string | undefined;
}

/** Throws where the key is not usable. */
function keyed(request: IdempotentRequest): KeyedRequest {
  const { caller, key = '', sealWith } = request;
  if (KEY_FORM.test(key)) return { caller, key, hash: hashOf(request), sealWith };
  throw new DomainError('request-invalid', {
    detail: 'The header Idempotency-Key is not usable.',
    violations: [{ pointer: 'header.idempotency-key', sentence: 'Send 1 to 128 printable characters.' }],
  });
}

async function read(
  manager: EntityManager,
  { caller, key }: Pick<KeyedRequest, 'caller' | 'key'>,
): Promise<StoredAnswer | undefined> {
  const rows: StoredAnswer[] = await manager.query(
    'SELECT request_hash, status, answer FROM idempotency_keys WHERE caller = $1 AND key = $2',
    [caller, key],
  );
  return rows[0];
}

async function store(
  manager: EntityManager,
  { caller, key, sealWith }: KeyedRequest,
  { status, body }: Answer<unknown>,
): Promise<void> {
  const text = JSON.stringify(body);
  await manager.query('UPDATE idempotency_keys SET status = $3, answer = $4 WHERE caller = $1 AND key = $2', [
    ...[caller, key, status],
    sealWith === undefined ? text : seal(text, sealWith, key),
  ]);
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
  /** Null: the change is made, its answer is not known yet. */
  readonly status: number | null;
  readonly answer: string | null;
}

/** `undefined` where no answer is kept yet. Throws when the key came with another request. */
function replay<T>(stored: StoredAnswer, { hash, key, sealWith }: KeyedRequest): Answer<T> | undefined {
  if (stored.request_hash !== hash)
    throw new DomainError('idempotency-conflict', {
      detail: 'This Idempotency-Key came with another request before. Make a new key for every new request.',
    });
  const { status, answer } = stored;
  if (status === null || answer === null) return undefined;
  const text = sealWith === undefined ? answer : unseal(answer, sealWith, key);
  return { status, body: JSON.parse(text) as T };
}

function hashOf({ operation, body }: IdempotentRequest): string {
  return createHash('sha256')
    .update(`${operation}\n${canonicalize(body) ?? ''}`)
    .digest('hex');
}
