import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

/** A key that signing in gave, for one server. */
export interface StoredLogin {
  readonly key: string;
  /** RFC 3339. */
  readonly expiresAt?: string;
}

type Logins = { readonly [url: string]: StoredLogin };

/** `~/.config/guidon/logins.json`, or below `XDG_CONFIG_HOME`; readable by its owner only. */
function pathOf({ env }: Io): string {
  const base = env.XDG_CONFIG_HOME ?? (env.HOME === undefined ? undefined : join(env.HOME, '.config'));
  if (base === undefined)
    throw new CliError('There is no HOME to keep the key in; set HOME, or GUIDON_KEY to a key.', {
      usage: true,
    });
  return join(base, 'guidon', 'logins.json');
}

/** The key that was kept for a server, unless its time is over. */
export function storedKeyFor(io: Io, url: string): string | undefined {
  if (io.env.HOME === undefined && io.env.XDG_CONFIG_HOME === undefined) return undefined;
  const login = readLogins(io)[url];
  if (login === undefined) return undefined;
  return login.expiresAt !== undefined && Date.parse(login.expiresAt) <= io.now() ? undefined : login.key;
}

/** Keeps a key, or forgets it. */
export function storeLogin(io: Io, url: string, login: StoredLogin | undefined): void {
  const path = pathOf(io);
  const { [url]: _old, ...others } = readLogins(io);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${io.newId()}`;
  const logins: Logins = login === undefined ? others : { ...others, [url]: login };
  writeFileSync(draft, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

function readLogins(io: Io): Logins {
  const path = pathOf(io);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CliError(`${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Logins;
  } catch {
    // Told below.
  }
  throw new CliError(`${path} is not what guidon wrote; delete it and sign in again.`);
}
