import type { Clock, Timer } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { readHeadTimes } from './head.repository.js';
import type { LiveCatalog } from './live.js';
import type { Reach } from './reach.js';

export interface ReplicaNote {
  readonly id: string;
  readonly role: string;
  readonly seenAtMs: number;
  readonly served: readonly { readonly environment: string; readonly generation: number }[];
  /** SDK streams that it holds, where there are any. */
  readonly streams: readonly { readonly environment: string; readonly streams: number }[];
}

export interface ReplicaBoardParts {
  readonly transactions: Transactions;
  readonly live: Pick<LiveCatalog, 'environments' | 'removedEnvironments' | 'current'>;
  readonly reach: Pick<Reach, 'streamsOpen'>;
  readonly clock: Clock;
  /** A name that this process gave itself at its start. */
  readonly id: string;
  readonly role: string;
}

const NOTE_MS = 5_000;
/** A replica that has said nothing for so long is gone, not late. */
export const REPLICA_GONE_MS = 30_000;
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
    const { transactions, live, reach, clock, id, role } = this.parts;
    const served = live.environments().map((environment) => ({
      environment,
      generation: live.current(environment)?.generation ?? 0,
    }));
    const streams = [...live.environments(), ...live.removedEnvironments()]
      .map((environment) => ({ environment, streams: reach.streamsOpen(environment) }))
      .filter((count) => count.streams > 0);
    const nowMs = clock.nowMs();
    await transactions.run(async (manager) => {
      await manager.query(
        `INSERT INTO replicas (id, role, seen_at, served, streams) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET role = excluded.role, seen_at = excluded.seen_at, served = excluded.served,
           streams = excluded.streams`,
        [id, role, new Date(nowMs), JSON.stringify(served), JSON.stringify(streams)],
      );
      await manager.query('DELETE FROM replicas WHERE seen_at < $1', [new Date(nowMs - FORGOTTEN_AFTER_MS)]);
    });
  }

  /** The notes, latest first, beside since when the heads are what they are. */
  read(): Promise<{ notes: readonly ReplicaNote[]; headTimes: ReadonlyMap<string, number> }> {
    return this.parts.transactions.run(async (manager) => {
      const rows = await manager.query(
        'SELECT id, role, seen_at, served, streams FROM replicas ORDER BY seen_at DESC LIMIT 200',
      );
      return { notes: rows.map(noteOf), headTimes: await readHeadTimes(manager) };
    });
  }

  /** How many streams the servers held in an environment when they noted it last, for any environment. */
  async streamsHeld(): Promise<(environment: string) => number> {
    const { notes } = await this.read();
    const nowMs = this.parts.clock.nowMs();
    return (environment) => streamsHeld(notes, environment, nowMs);
  }
}

interface ReplicaRow {
  readonly id: string;
  readonly role: string;
  readonly seen_at: Date;
  readonly served: ReplicaNote['served'];
  readonly streams: ReplicaNote['streams'];
}

function noteOf({ id, role, seen_at, served, streams }: ReplicaRow): ReplicaNote {
  return { id, role, seenAtMs: seen_at.getTime(), served, streams };
}

/** SDK streams of an environment that the servers which live hold, as of their latest notes. */
export function streamsHeld(notes: readonly ReplicaNote[], environment: string, nowMs: number): number {
  return notes
    .filter(({ seenAtMs }) => nowMs - seenAtMs < REPLICA_GONE_MS)
    .flatMap(({ streams }) => streams)
    .filter((count) => count.environment === environment)
    .reduce((sum, count) => sum + count.streams, 0);
}
