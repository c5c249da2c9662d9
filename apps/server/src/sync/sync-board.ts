import type { ErrorCode } from '@guidon/protocol/errors';
import type { EntityManager } from 'typeorm';
import type { ChangeSignal, Transactions } from '../kernel/database/index.js';
import type { Leadership } from '../kernel/leadership/index.js';

/** Sent when the board changed. Not a legal name of an environment. */
const NEWS = '#sync';

/** Why a run failed, as every replica tells it. */
export interface SyncFailure {
  readonly code: ErrorCode;
  /** For the caller who asked for the run. */
  readonly detail: string;
  /** For the status; names the kind of failure first. */
  readonly sentence: string;
}

/** What servers know of syncs from each other. */
export interface SyncNews {
  /** Counts up whenever somebody wants a sync. */
  readonly wanted: number;
  /** What `wanted` was before the last run that has ended began: everything up to it has been served. */
  readonly done: number;
  readonly branch: string | undefined;
  /** Newest commit that was seen. */
  readonly head: string | undefined;
  /** Last contact with the source that worked, milliseconds since the epoch. */
  readonly lastSyncAtMs: number | undefined;
  /** Of the last run; absent if it worked. */
  readonly failure: SyncFailure | undefined;
}

/** How a run ended. What is absent stays as it was on the board, except the failure. */
export interface SyncReport {
  /** `wanted` as it was before the run began. */
  readonly began: number;
  readonly branch: string | undefined;
  readonly head: string | undefined;
  readonly lastSyncAtMs: number | undefined;
  readonly failure: SyncFailure | undefined;
}

/** One row where any server leaves word that it wants a sync, and the leader how it went. */
export interface SyncBoard {
  /** Returns the number to wait for: the sync is done when `done` has reached it. */
  want(): Promise<number>;
  /** Same, inside a transaction of the caller. */
  wantIn(manager: EntityManager): Promise<number>;
  read(): Promise<SyncNews>;
  /** Only by the leader; throws `leader-unavailable` for one that leads no longer. */
  report(report: SyncReport): Promise<void>;
  /** Called after a change, sometimes without one. Returns a function that unsubscribes. */
  onNews(listener: () => void): () => void;
}

export interface SyncBoardParts {
  readonly transactions: Transactions;
  readonly signal: ChangeSignal;
  readonly leadership: Pick<Leadership, 'assertIn'>;
}

export class DatabaseSyncBoard implements SyncBoard {
  constructor(private readonly parts: SyncBoardParts) {}

  want(): Promise<number> {
    return this.parts.transactions.run((manager) => this.wantIn(manager));
  }

  async wantIn(manager: EntityManager): Promise<number> {
    const [row] = await manager.query(
      `WITH counted AS (UPDATE sync_board SET wanted = wanted + 1 RETURNING wanted)
       SELECT wanted::float8 AS wanted FROM counted`,
    );
    await this.parts.signal.notify(manager, NEWS);
    return row.wanted;
  }

  read(): Promise<SyncNews> {
    return this.parts.transactions.run(async (manager) => {
      const [row] = await manager.query(
        `SELECT wanted::float8 AS wanted, done::float8 AS done, branch, head,
           (extract(epoch FROM last_sync_at) * 1000)::float8 AS last_sync_at_ms, failure FROM sync_board`,
      );
      return {
        wanted: row.wanted,
        done: row.done,
        branch: row.branch ?? undefined,
        head: row.head ?? undefined,
        lastSyncAtMs: row.last_sync_at_ms ?? undefined,
        failure: row.failure ?? undefined,
      };
    });
  }

  async report({ began, branch, head, lastSyncAtMs, failure }: SyncReport): Promise<void> {
    const { transactions, leadership, signal } = this.parts;
    await transactions.run(async (manager) => {
      await leadership.assertIn(manager);
      const [before] = await manager.query('SELECT done::float8 AS done FROM sync_board FOR UPDATE');
      await manager.query(
        `UPDATE sync_board SET done = greatest(done, $1), branch = coalesce($2, branch), head = coalesce($3, head),
           last_sync_at = coalesce(to_timestamp($4::float8 / 1000), last_sync_at), failure = $5::jsonb`,
        [
          began,
          branch ?? null,
          head ?? null,
          lastSyncAtMs ?? null,
          failure === undefined ? null : JSON.stringify(failure),
        ],
      );
      // A poll that nobody waits for wakes nobody.
      if (before.done < began) await signal.notify(manager, NEWS);
    });
  }

  onNews(listener: () => void): () => void {
    return this.parts.signal.subscribe((name) => {
      if (name === NEWS || name === undefined) listener();
    });
  }
}
