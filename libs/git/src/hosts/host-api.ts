import { redact } from '../redact.js';
import { HostError, type HostErrorKind } from './host-error.js';

export interface HostApiOptions {
  /** Root of the API, e.g. `https://api.github.com`, `https://gitlab.example.com/api/v4`, `https://git.example.com/api/v1`. */
  readonly apiUrl: string;
  readonly token: string;
  /** Headers of every call, the one with the token among them. */
  readonly headers: { readonly [name: string]: string };
  /** For a whole call, answer included. */
  readonly timeoutMs?: number;
  /** Node's own unless a test gives another. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface HostCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Each is percent-encoded, so no part of data can leave its place in the path. */
  readonly path: readonly (string | number)[];
  readonly query?: { readonly [name: string]: string | number };
  readonly body?: { readonly [name: string]: unknown };
}

const TIMEOUT_MS = 10_000;
const LONGEST_ANSWER_BYTES = 5 * 1_048_576;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Calls one host and no other: URLs are made below the configured root, a redirect is refused rather than followed (it would
 * carry the token along), and links in answers are never called. Throws `HostError` and nothing else.
 */
export class HostApi {
  readonly #root: string;
  readonly #options: HostApiOptions;

  constructor(options: HostApiOptions) {
    this.#root = rootOf(options.apiUrl);
    this.#options = options;
  }

  /** The parsed answer of a call that succeeded. */
  async call(call: HostCall): Promise<unknown> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) query.set(name, String(value));
    const path = call.path.map((part) => encodeURIComponent(whole(part))).join('/');
    const url = `${this.#root}/${path}${query.size > 0 ? `?${query}` : ''}`;
    const what = `${call.method} /${path}`;
    try {
      const response = await (this.#options.fetch ?? globalThis.fetch)(url, this.#init(call));
      const text = await readText(response);
      if (response.ok) return parse(text, what);
      throw failure(response, what, this.#clean(text));
    } catch (cause) {
      throw cause instanceof HostError ? cause : this.#unanswered(cause, what);
    }
  }

  /** Lists page by page until one is not full; `limit` is the name of the parameter for the size of a page. */
  async pages(call: HostCall, page: { limit: string; size: number; most?: number }): Promise<unknown[]> {
    const items: unknown[] = [];
    const most = page.most ?? 10;
    for (let number = 1; number <= most; number++) {
      const query = { ...call.query, [page.limit]: page.size, page: number };
      const answer = await this.call({ ...call, query });
      if (!Array.isArray(answer))
        throw new HostError('bad-answer', `The host answered ${call.path.join('/')} with no list.`);
      items.push(...answer);
      if (answer.length < page.size) return items;
    }
    throw new HostError(
      'refused',
      `The host lists more than ${most * page.size} entries; that many are not read.`,
    );
  }

  #init({ method, body }: HostCall): RequestInit {
    return {
      method,
      headers: {
        ...this.#options.headers,
        'user-agent': 'guidon',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS),
    };
  }

  #unanswered(cause: unknown, what: string): HostError {
    const { name, message, cause: inner } = cause as Error & { cause?: Error };
    if (name === 'TimeoutError' || name === 'AbortError')
      return new HostError(
        'time-out',
        `The host did not answer ${what} within ${this.#options.timeoutMs ?? TIMEOUT_MS} ms.`,
      );
    return new HostError(
      'unreachable',
      this.#clean(`The host cannot be reached for ${what}: ${inner?.message ?? message}`),
    );
  }

  #clean(text: string): string {
    return redact(text, [this.#options.token]);
  }
}

function rootOf(apiUrl: string): string {
  let url: URL;
  try {
    url = new URL(apiUrl);
  } catch {
    throw new HostError('refused', 'The API URL cannot be read. Use https://host/path.');
  }
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new HostError(
      'refused',
      'The API URL must be https:// (http:// on loopback), without user, query and fragment.',
    );
  return url.href.replace(/\/+$/, '');
}

/** `.` and `..` survive percent-encoding and would be folded away with what stands before them. */
function whole(part: string | number): string {
  const text = String(part);
  if (text === '' || text === '.' || text === '..')
    throw new HostError('refused', `"${text}" is no part of a path.`);
  return text;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > LONGEST_ANSWER_BYTES)
      throw new HostError('bad-answer', `The host's answer is longer than ${LONGEST_ANSWER_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HostError('bad-answer', `The host answered ${what} with what is no JSON.`);
  }
}

function failure(response: Response, what: string, text: string): HostError {
  const { status, headers } = response;
  const retryAfterMs = retryAfter(headers);
  const more = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  const isLimited =
    status === 429 ||
    (status === 403 && (headers.get('x-ratelimit-remaining') === '0' || retryAfterMs !== undefined));
  const kind = isLimited ? 'rate-limited' : kindOf(status);
  // Hosts hide what a token may not see, so a missing right looks like a missing repository.
  const hint = status === 404 ? ' (perhaps the token may not see the repository)' : '';
  return new HostError(
    kind,
    `The host answered ${what} with ${status}${hint}: ${text === '' ? 'no reason given' : text}`,
    more,
  );
}

function kindOf(status: number): HostErrorKind {
  if (status === 401 || status === 403) return 'auth';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 409) return 'conflict';
  if (status >= 300 && status < 500) return 'refused';
  return 'failed';
}

function retryAfter(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
