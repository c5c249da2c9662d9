import { parseKey } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { storedKeyFor } from './key-store.js';

const DEFAULT_URL = 'http://127.0.0.1:4242';

/** `GUIDON_URL` and `GUIDON_KEY`, checked before anything is sent. */
export function readServerSettings(io: Io): { url: string; key: string } {
  const url = readServerUrl(io);
  const key = io.env.GUIDON_KEY ?? storedKeyFor(io, url) ?? '';
  if (key === '') {
    throw new CliError(
      `Sign in with \`${io.command} login\`, or set GUIDON_KEY to an admin key; the server prints one at its first start.`,
      { usage: true },
    );
  }
  const kind = parseKey(key)?.kind;
  if (kind === undefined) {
    throw new CliError('GUIDON_KEY is not a key of Guidon: one looks like gdn_admin_<id>_<secret>.', {
      usage: true,
    });
  }
  if (kind !== 'admin') {
    throw new CliError(`GUIDON_KEY is a ${kind} key; this command needs an admin key.`, { usage: true });
  }
  warnOfPlainHttp(io, url);
  return { url, key };
}

/** `GUIDON_URL`, checked. */
export function readServerUrl(io: Io): string {
  return readUrl(io.env.GUIDON_URL ?? DEFAULT_URL);
}

function warnOfPlainHttp(io: Io, url: string): void {
  if (url.startsWith('http:') && !/^http:\/\/(127\.|localhost[:/]?|\[::1\])/.test(url)) {
    io.err('guidon: warning: GUIDON_URL is plain http, so the key travels readable. Use https.\n');
  }
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CliError(`GUIDON_URL is not an http or https address: ${text}`, { usage: true });
  }
  if (url.username !== '' || url.password !== '') {
    throw new CliError('GUIDON_URL holds a name or a password; the key belongs in GUIDON_KEY.', {
      usage: true,
    });
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}
