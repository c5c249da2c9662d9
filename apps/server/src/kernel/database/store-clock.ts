import type { Clock } from '../clock/index.js';
import type { Database } from './open-database.js';

/** Milliseconds since the epoch, the same for all servers on one database. Rejects with the database away. */
export type StoreClock = () => Promise<number>;

/** The database's clock; where the database runs in this process it has none of its own. */
export function storeClock(
  { kind, transactions }: Pick<Database, 'kind' | 'transactions'>,
  clock: Pick<Clock, 'nowMs'>,
): StoreClock {
  if (kind === 'embedded') return async () => clock.nowMs();
  return () =>
    transactions.run(async (manager) => {
      const [row] = await manager.query(
        'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms',
      );
      return row.now_ms;
    });
}
