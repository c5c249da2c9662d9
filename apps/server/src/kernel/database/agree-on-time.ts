import type { DataSource } from 'typeorm';
import { AgreedClock, type Clock } from '../clock/index.js';
import type { Log } from '../log/index.js';

/** Asks the database for the time, and tells a clock that is to agree with it. Also shows that the database answers. */
export async function agreeOnTime(source: DataSource, clock: Clock): Promise<void> {
  const askedElapsedMs = clock.elapsedMs();
  const [row] = await source.query(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS database_ms',
  );
  const databaseMs: number = row.database_ms;
  if (clock instanceof AgreedClock)
    clock.take({ askedElapsedMs, answeredElapsedMs: clock.elapsedMs(), databaseMs });
}

/** A difference of the clocks that is worth a line in the log. */
const TOLD_SKEW_MS = 2000;

/** Certificates and whatever else asks the host go wrong with a clock that is wrong, so an operator wants to know. */
export function tellSkew(clock: Clock, log: Log): void {
  const aheadMs = clock instanceof AgreedClock ? clock.hostAheadMs() : 0;
  if (Math.abs(aheadMs) < TOLD_SKEW_MS) return;
  log.warn(
    { aheadSeconds: aheadMs / 1000 },
    "the clock of this host differs from the database's, which counts; look after its time service",
  );
}
