import type { Clock, Timer } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { readHeadTimes } from './head.repository.js';
import type { LiveCatalog } from './live.js';

export interface ReplicaNote {
  readonly id: string;
  readonly role: string;
  readonly seenAtMs: number;
  readonly served: readonly { readonly environment: string; readonly generation: number }[];
}

export interface ReplicaBoardParts {
  readonly transactions: Transactions;
  readonly live: Pick<LiveCatalog, 'environments' | 'current'>;
  readonly clock: Clock;
  /** A name that this process gave itself at its start. */
  readonly id: string;
  readonly role: string;
}

const NOTE_MS = 5_000;
const FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1000;

/** Where every server says what it serves, and reads what the others do. */
export class ReplicaBoard {
  private timer: Timer | undefined;

  constructor(private readonly parts: ReplicaBoardParts) {}

  /** Of this server. */
  get name(): string {
    return this.parts.id;
  }

  start(): void {
    // A note that fails is made again in a moment; that the database is away is told elsewhere.
    const note = () => void this.note().catch(() => undefined);
    this.timer = this.parts.clock.every(NOTE_MS, note);
    note();
  }

  stop(): void {
    this.timer?.cancel();
  }

  async note(): Promise<void> {
    const { transactions, live, clock, id, role } = this.parts;
    const served = live.environments().map((environment) => ({
      environment,
      generation: live.current(environment)?.generation ?? 0,
    }));
    const nowMs = clock.nowMs();
    await transactions.run(async (manager) => {
      await manager.query(
        `INSERT INTO replicas (id, role, seen_at, served) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET role = excluded.role, seen_at = excluded.seen_at, served = excluded.served`,
        [id, role, new Date(nowMs), JSON.stringify(served)],
      );
      await manager.query('DELETE FROM replicas WHERE seen_at < $1', [new Date(nowMs - FORGOTTEN_AFTER_MS)]);
    });
  }

  /** The notes, latest first, beside since when the heads are what they are. */
  read(): Promise<{ notes: readonly ReplicaNote[]; headTimes: ReadonlyMap<string, number> }> {
    return this.parts.transactions.run(async (manager) => {
      const rows = await manager.query(
        'SELECT id, role, seen_at, served FROM replicas ORDER BY seen_at DESC LIMIT 200',
      );
      return { notes: rows.map(noteOf), headTimes: await readHeadTimes(manager) };
    });
  }
}

interface ReplicaRow {
  readonly id: string;
  readonly role: string;
  readonly seen_at: Date;
  readonly served: ReplicaNote['served'];
}

function noteOf({ id, role, seen_at, served }: ReplicaRow): ReplicaNote {
  return { id, role, seenAtMs: seen_at.getTime(), served };
}
