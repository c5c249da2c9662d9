import type { Config } from './kernel/index.js';
import { redact } from './kernel/index.js';

/** Why the server did not start, in one sentence that says how to mend it. */
export function explainBootFailure(
  error: unknown,
  config: Pick<Config, 'host' | 'port' | 'databaseUrl'>,
): string {
  const { code, message } = read(error);
  if (code === 'EADDRINUSE')
    return `Port ${config.port} is in use: stop whatever listens there, or choose another with PORT=<number>.`;
  if (code === 'EACCES' && /listen/.test(message))
    return `Port ${config.port} needs more rights than this user has: choose one above 1023 with PORT=<number>.`;
  if (code === 'EADDRNOTAVAIL')
    return `HOST=${config.host} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for every interface.`;
  if (code === '28P01' || code === '28000')
    return `DATABASE_URL names a user or password that PostgreSQL refuses: ${redact(message)}.`;
  if (code === '3D000') return `DATABASE_URL names a database that does not exist: ${redact(message)}.`;
  return `Guidon could not start: ${redact(message)}`;
}

function read(error: unknown): { code: string; message: string } {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: String(message ?? error) };
}
