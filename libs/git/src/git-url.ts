import { GitError } from './git-error.js';

export type GitTransport = 'https' | 'ssh' | 'file' | 'http';

export interface GitSource {
  readonly transport: GitTransport;
  /** What git is given: canonical, without a password or query. */
  readonly url: string;
  /** Fit for logs and answers. */
  readonly display: string;
}

const SCP_FORM = /^([A-Za-z0-9._-]+)@([A-Za-z0-9.-]+):(?!\/\/)([^\s]+)$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const FORBIDDEN = /[\u0000-\u0020\u007f\\]/;
/** Git decodes these before it uses them: control characters, a slash, a backslash. */
const FORBIDDEN_ENCODED = /%(?:[01][0-9a-f]|2f|5c|7f)/i;
const HOST = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])$/;

/**
 * Reads a source URL against a short list of forms: `https://host/path`, `ssh://user@host/path` (also as
 * `user@host:path`), `file:///path`, and `http://` on loopback. Everything else, `ext::` and bare paths included, is
 * refused with a `GitError` of kind `refused`.
 */
export function parseSource(text: string): GitSource {
  if (text === '') throw refuse('is empty');
  if (FORBIDDEN.test(text)) throw refuse('holds a space, a control character or a backslash');
  if (FORBIDDEN_ENCODED.test(text)) throw refuse('holds an encoded slash, backslash or control character');
  if (text.startsWith('-')) throw refuse('begins with a dash');
  const scp = SCP_FORM.exec(text);
  return parseUrl(scp === null ? text : `ssh://${scp[1]}@${scp[2]}/${scp[3]}`);
}

function parseUrl(text: string): GitSource {
  const scheme = /^(https|ssh|file|http):\/\//.exec(text)?.[1] as GitTransport | undefined;
  if (scheme === undefined) throw refuse('has another form');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse('cannot be read');
  }
  if (url.search !== '' || url.hash !== '') throw refuse('has a query or a fragment');
  if (url.password !== '') throw refuse('holds a password');
  if (url.pathname.length < 2) throw refuse('names no repository');
  if (url.pathname.split('/').includes('..')) throw refuse('climbs with ".."');
  const why = whyTransportRefused(scheme, url);
  if (why !== undefined) throw refuse(why);
  return { transport: scheme, url: url.href, display: displayOf(url) };
}

function whyTransportRefused(transport: GitTransport, url: URL): string | undefined {
  if (transport === 'file') return url.host === '' ? undefined : 'names a host in a file: URL';
  if (!HOST.test(url.hostname)) return 'names no host, or an odd one';
  if (transport === 'ssh') return /^[A-Za-z0-9._-]*$/.test(url.username) ? undefined : 'names an odd user';
  if (url.username !== '') return 'holds a user name; give a token by GUIDON_GIT_TOKEN_FILE';
  if (transport === 'http' && !LOOPBACK.test(url.hostname)) return 'is plain http beyond loopback; use https';
  return undefined;
}

function displayOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function refuse(why: string): GitError {
  return new GitError(
    'refused',
    `The Git URL ${why}. Use https://host/path, ssh://user@host/path, user@host:path, file:///path, or http:// on loopback.`,
  );
}

/** Branch names: the safe part of what git allows; `undefined` when the name is fine. */
export function whyBranchRefused(branch: string): string | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$/.test(branch))
    return 'has characters outside A-Z a-z 0-9 . _ / + -';
  if (/\.\.|\/\/|\/\.|\.\/|\.lock(\/|$)|[./]$/.test(branch)) return 'is not a name that git allows';
  return undefined;
}
