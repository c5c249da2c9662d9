import type { EntityManager } from 'typeorm';
import type { ChangeSignal, Transactions } from '../database/index.js';

const LEASE = 'leader';
/** Sent when a lease is given back. Not a legal name of an environment. */
const RELEASED = '#lease';

export interface LeaseRequest {
  readonly holder: string;
  /** The epoch under which it is held already; `undefined` asks for a new one. */
  readonly epoch: number | undefined;
  readonly leaseMs: number;
}

export interface LeaseTerm {
  readonly holder: string;
  readonly epoch: number;
}

export type LeaseAnswer =
  | { readonly kind: 'held'; readonly epoch: number }
  | {
      readonly kind: 'elsewhere';
      /** Absent when nobody holds it. */
      readonly term: LeaseTerm | undefined;
      /** Until it may be taken over, by the database's clock. */
      readonly remainingMs: number;
    };

/** The lease row as the one who wants to lead sees it. */
export interface Lease {
  /** Renews the lease, or takes it if nobody holds it any more. */
  ask(request: LeaseRequest): Promise<LeaseAnswer>;
  look(): Promise<LeaseAnswer>;
  /** Gives it back before it ends; one that somebody else holds by now is left alone. */
  release(term: LeaseTerm): Promise<void>;
  /** True if it is held under this epoch; then it stays so until the manager's transaction ends. */
  isHeldIn(manager: EntityManager, term: LeaseTerm): Promise<boolean>;
  /** Called when somebody gave it back. Returns a function that unsubscribes. */
  onRelease(listener: () => void): () => void;
}

export class DatabaseLease implements Lease {
  constructor(
    private readonly transactions: Transactions,
    private readonly signal: ChangeSignal,
  ) {}

  /** One statement, so that of two servers that ask together one gets it. It waits for transactions that hold the row. */
  ask({ holder, epoch, leaseMs }: LeaseRequest): Promise<LeaseAnswer> {
    return this.transactions.run(async (manager) => {
      const [taken] = await manager.query(
        `WITH taken AS (
           UPDATE leases SET holder = $2,
             epoch = CASE WHEN holder = $2 AND epoch = $3::bigint THEN epoch ELSE epoch + 1 END,
             expires_at = clock_timestamp() + make_interval(secs => $4)
           WHERE name = $1 AND (holder IS NULL OR holder = $2 OR expires_at <= clock_timestamp())
           RETURNING epoch)
         SELECT epoch::float8 AS epoch FROM taken`,
        [LEASE, holder, epoch ?? null, leaseMs / 1000],
      );
      return taken === undefined ? lookIn(manager) : { kind: 'held', epoch: taken.epoch };
    });
  }

  look(): Promise<LeaseAnswer> {
    return this.transactions.run(lookIn);
  }

  async release({ holder, epoch }: LeaseTerm): Promise<void> {
    await this.transactions.run(async (manager) => {
      await manager.query(
        "UPDATE leases SET holder = NULL, expires_at = '-infinity' WHERE name = $1 AND holder = $2 AND epoch = $3",
        [LEASE, holder, epoch],
      );
      await this.signal.notify(manager, RELEASED);
    });
  }

  async isHeldIn(manager: EntityManager, { holder, epoch }: LeaseTerm): Promise<boolean> {
    const rows = await manager.query(
      'SELECT 1 FROM leases WHERE name = $1 AND holder = $2 AND epoch = $3 FOR SHARE',
      [LEASE, holder, epoch],
    );
    return rows.length > 0;
  }

  onRelease(listener: () => void): () => void {
    return this.signal.subscribe((name) => {
      if (name === RELEASED) listener();
    });
  }
}

async function lookIn(manager: EntityManager): Promise<LeaseAnswer> {
  const [row] = await manager.query(
    `SELECT holder, epoch::float8 AS epoch,
       CASE WHEN holder IS NULL THEN 0
         ELSE greatest(0, extract(epoch FROM expires_at - clock_timestamp()))::float8 * 1000 END AS remaining_ms
     FROM leases WHERE name = $1`,
    [LEASE],
  );
  const term = row.holder === null ? undefined : { holder: row.holder, epoch: row.epoch };
  return { kind: 'elsewhere', term, remainingMs: row.remaining_ms };
}
