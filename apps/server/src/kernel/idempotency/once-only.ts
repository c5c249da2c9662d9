import type { EntityManager } from 'typeorm';
import type { Transactions } from '../database/index.js';
import type { Idempotency, IdempotentRequest } from './idempotency.js';

/** What a mutation calls inside the transaction in which it happens, so that it happens once for a request. */
export interface Once<T> {
  /** The change and its answer are written together; a change that was made before is left out and its answer given. */
  in(manager: EntityManager, work: () => Promise<T>): Promise<T>;
  /** Same, where the answer is known only later: it is what the mutation returns. */
  begin(manager: EntityManager, work: () => Promise<unknown>): Promise<void>;
}

const OK = 200;

/**
 * Answers a request over HTTP at most once for its `Idempotency-Key`: looks for an earlier answer before anything of the
 * work begins, and keeps the answer in the transaction of the change.
 */
export class OnceOnly {
  constructor(
    private readonly transactions: Pick<Transactions, 'run'>,
    private readonly idempotency: Pick<Idempotency, 'run' | 'begin' | 'conclude' | 'earlier'>,
  ) {}

  /** A refusal is not kept: the same request may come again when its cause is gone. */
  async answer<T>(request: IdempotentRequest, work: (once: Once<T>) => Promise<T>): Promise<T> {
    const before = await this.earlier<T>(request);
    if (before !== undefined) return before.body;
    let kept: { readonly body: T } | undefined;
    const once: Once<T> = {
      in: async (manager, change) => {
        const answer = () => change().then((body) => ({ status: OK, body }));
        kept = await this.idempotency.run(manager, request, answer);
        return kept.body;
      },
      begin: (manager, change) => this.idempotency.begin(manager, request, change),
    };
    try {
      const body = await work(once);
      return (kept ?? (await this.conclude(request, body))).body;
    } catch (error) {
      // The same request side by side may have been quicker, and what it did is why this one found nothing to do.
      const meanwhile = await this.earlier<T>(request).catch(() => undefined);
      if (meanwhile === undefined) throw error;
      return meanwhile.body;
    }
  }

  private async earlier<T>(request: IdempotentRequest): Promise<{ readonly body: T } | undefined> {
    if (request.key === undefined) return undefined;
    return this.transactions.run((manager) => this.idempotency.earlier<T>(manager, request));
  }

  private async conclude<T>(request: IdempotentRequest, body: T): Promise<{ readonly body: T }> {
    if (request.key === undefined) return { body };
    const answer = { status: OK, body };
    return this.transactions.run((manager) => this.idempotency.conclude(manager, request, answer));
  }
}
