import type { Problem } from '@guidon/protocol/errors';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { readServerSettings } from './server-settings.js';

/** Longer than the server's own limits, short enough for a person who waits for the red button. */
const USUAL_TIMEOUT_MS = 10_000;
/** A mutation carries an `Idempotency-Key`, so sending it again is safe. */
const ATTEMPTS = 3;
const PAUSE_MS = 300;

export interface ServerClient {
  get<T>(path: string): Promise<T>;
  /** With the tag of what was read, for `post`. */
  getTagged<T>(path: string): Promise<{ readonly body: T; readonly tag: string | undefined }>;
  /** Hands on the body as text, piece by piece as it comes. */
  read(path: string, take: (text: string) => void): Promise<void>;
  /** Sends one `Idempotency-Key` with every attempt; with a tag it is refused when the thing has changed since. */
  post<T>(path: string, body: unknown, tag?: string): Promise<T>;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string | undefined;
}

/** Calls the server named by `GUIDON_URL` with `GUIDON_KEY`. Every failure is a `CliError` with one sentence. */
export function createServerClient(io: Io, options: { readonly timeoutMs?: number } = {}): ServerClient {
  return createClient(io, { ...readServerSettings(io), ...options });
}

/** Calls a server before there is a key. */
export function createPublicClient(io: Io, url: string): ServerClient {
  return createClient(io, { url });
}

interface ClientOptions {
  readonly url: string;
  readonly key?: string;
  readonly timeoutMs?: number;
}

function createClient(io: Io, options: ClientOptions): ServerClient {
  const { url, key } = options;
  const timeoutMs = options.timeoutMs ?? USUAL_TIMEOUT_MS;

  async function attempt(call: Call): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (key !== undefined) headers.authorization = `Bearer ${key}`;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
    if (call.ifMatch !== undefined) headers['if-match'] = call.ifMatch;
    // A redirect would hand the key to another host.
    const response = await io.fetch(`${url}${call.path}`, {
      method: call.method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    return response;
  }

  async function answerTo(call: Call): Promise<Response> {
    for (let tried = 1; ; tried += 1) {
      let response: Response;
      try {
        response = await attempt(call);
      } catch (error) {
        if (tried < ATTEMPTS) {
          await io.pause(PAUSE_MS * tried);
          continue;
        }
        throw unreachable({ url, timeoutMs }, error);
      }
      if (isPassing(response.status) && tried < ATTEMPTS) {
        await io.pause(pauseFor(response, tried));
        continue;
      }
      if (response.ok) return response;
      throw await problemError(response, { url, command: io.command });
    }
  }

  const send = async <T>(call: Call) => (await readJson(await answerTo(call), url)) as T;

  return {
    get: (path) => send({ method: 'GET', path }),
    getTagged: async <T>(path: string) => {
      const response = await answerTo({ method: 'GET', path });
      const tag = response.headers.get('etag') ?? undefined;
      return { body: (await readJson(response, url)) as T, tag };
    },
    read: async (path, take) => {
      const { body } = await answerTo({ method: 'GET', path });
      const decoder = new TextDecoder();
      for await (const bytes of body ?? []) take(decoder.decode(bytes as Uint8Array, { stream: true }));
    },
    post: (path, body, ifMatch) =>
      send({ method: 'POST', path, body: JSON.stringify(body), idempotencyKey: io.newId(), ifMatch }),
  };
}

function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

function pauseFor(response: Response, tried: number): number {
  const seconds = Number(response.headers.get('retry-after'));
  if (Number.isInteger(seconds) && seconds > 0) return Math.min(seconds, 5) * 1000;
  return PAUSE_MS * tried;
}

function unreachable({ url, timeoutMs }: { url: string; timeoutMs: number }, error: unknown): CliError {
  const { name, cause } = error as { name?: string; cause?: { code?: string; message?: string } };
  const why = cause?.code ?? cause?.message;
  const what =
    name === 'TimeoutError'
      ? `gave no answer within ${timeoutMs / 1000} seconds`
      : `cannot be reached${why === undefined ? '' : ` (${why})`}`;
  return new CliError(`The server at ${url} ${what}. Is it running, and is GUIDON_URL right?`, {
    code: 'unreachable',
  });
}

async function readJson(response: Response, url: string): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new CliError(`What answers at ${url} is no Guidon server: its answer is not JSON.`, {
      code: 'not-guidon',
    });
  }
}

/** Turns a problem document, or whatever else came, into one sentence and the violations below it. */
async function problemError(
  response: Response,
  { url, command }: { readonly url: string; readonly command: string },
): Promise<CliError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!isProblem(body)) {
    return new CliError(`The server at ${url} answered ${response.status} without saying why.`, {
      ...{ code: 'not-guidon', status: response.status },
    });
  }
  const hint = response.status === 401 ? ' Check GUIDON_KEY.' : '';
  const details = (body.violations ?? []).map(({ pointer, sentence }) =>
    pointer === '' ? sentence : `${pointer}: ${sentence}`,
  );
  if (response.status >= 500) details.push(`request ${body.instance}`);
  const { code } = body;
  return new CliError(`${inCommands(sentences(body), command)}${hint}`, {
    ...{ code, details, usage: MISNAMED.has(code), status: response.status },
  });
}

/** A name that the person gave wrongly, as it is where the files of a checkout are asked. */
const MISNAMED: ReadonlySet<string> = new Set(['flag-not-found', 'environment-not-found']);

/** What lists, at a terminal, what the server says that an address of it lists. */
const LISTING = new Map([
  ['red-button', 'status'],
  ['rollouts', 'rollouts'],
]);

function inCommands(sentence: string, command: string): string {
  return sentence.replace(/\bGET \/api\/v1\/([a-z-]+)/g, (address, name: string) => {
    const listing = LISTING.get(name);
    return listing === undefined ? address : `\`${command} ${listing}\``;
  });
}

function sentences(problem: Problem): string {
  const { title, detail } = problem;
  return detail === '' || detail === title ? `${title}.` : `${title}: ${detail}`;
}

function isProblem(body: unknown): body is Problem {
  const candidate = body as Partial<Problem> | null | undefined;
  return typeof candidate?.title === 'string' && typeof candidate.code === 'string';
}
