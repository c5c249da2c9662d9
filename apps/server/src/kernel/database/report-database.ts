import { type Log, redact } from '../log/index.js';
import { messageOf } from './database-errors.js';
import type { DatabaseChange } from './database-state.js';

/** One line when PostgreSQL goes away and one when it is back; what retries in between has nothing new to say. */
export function reportDatabase(log: Log, databaseUrl: string): (change: DatabaseChange) => void {
  const database = addressOf(databaseUrl);
  return ({ isUp, isServing, cause }) => {
    if (isUp) return log.info({ database }, 'the database can be reached again');
    const facts = { database, reason: redact(messageOf(cause)) };
    if (isServing) log.error(facts, 'the database cannot be reached; flags are still served from memory');
    else
      log.error(
        facts,
        'the database cannot be reached; no flag is served until it can, which is tried again and again',
      );
  };
}

/** Host and port, without user and password. A socket's folder may stand in the place of a host. */
export function addressOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'the address in DATABASE_URL';
  const { hostname, port, searchParams } = new URL(databaseUrl);
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || searchParams.get('port') || '5432'}`;
}
