import { OFREP_ROUTES } from '@guidon/protocol';
import { readRetryAfterMs } from '@guidon/sdk-core/back-off';
import { REQUEST_TIMEOUT_MS } from '@guidon/sdk-core/constants';
import type { Failure } from '@guidon/sdk-core/ports';
import { type BulkAnswer, readBulk } from './bulk-answer.js';
import { ANSWER_MAX_CHARS } from './limits.js';
import type { World } from './world.js';

export type Outcome =
  | { readonly kind: 'answer'; readonly answer: BulkAnswer }
  /** 304: the answer with this tag is current. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Question {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
  /** The body, made once for each context. */
  readonly body: string;
  readonly etag: string | undefined;
}

/** Asks once. `done` is called exactly once, unless what is returned abandons the question before. */
export function askBulk(world: World, question: Question, done: (outcome: Outcome) => void): () => void {
  const controller = new AbortController();
  let over = false;
  const end = (outcome: Outcome) => {
    if (over) return;
    over = true;
    cancel();
    controller.abort();
    done(outcome);
  };
  const cancel = world.after(REQUEST_TIMEOUT_MS, () =>
    end(failed('silent', `The server did not answer within ${REQUEST_TIMEOUT_MS / 1_000} s.`)),
  );
  request(world, question, controller.signal).then(end, (error: unknown) =>
    end(failed('network', `The server cannot be reached, or does not list this origin: ${String(error)}`)),
  );
  return () => {
    over = true;
    cancel();
    controller.abort();
  };
}

async function request(world: World, question: Question, signal: AbortSignal): Promise<Outcome> {
  const { url, key, body, etag } = question;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    authorization: `Bearer ${key}`,
    ...(etag !== undefined && { 'if-none-match': etag }),
  };
  const init: RequestInit = { method: 'POST', headers, body, signal, cache: 'no-store', credentials: 'omit' };
  const response = await world.fetch(url + OFREP_ROUTES.bulk, init);
  if (response.status === 304 && etag !== undefined) return { kind: 'unchanged' };
  const text = await response.text();
  return judge({ status: response.status, header: (name) => response.headers.get(name), text, url });
}

interface Response200 {
  readonly status: number;
  header(name: string): string | null;
  readonly text: string;
  readonly url: string;
}

/** What an answer means. HTML with status 200 is a proxy's log-in page, not values. */
export function judge({ status, header, text, url }: Response200): Outcome {
  if (status !== 200) {
    const retryAfterMs = readRetryAfterMs(header('retry-after') ?? undefined, header('date') ?? undefined);
    const more = retryAfterMs === undefined ? { status } : { status, retryAfterMs };
    return failed('status', `The server answered ${status}. ${adviceOn(status)}`, more);
  }
  const isJson = /\bjson\b/.test(header('content-type') ?? '');
  const fits = isJson && text.length <= ANSWER_MAX_CHARS;
  const answer = fits ? readBulk(text, header('etag') ?? undefined, url) : undefined;
  if (answer !== undefined) return { kind: 'answer', answer };
  return failed('protocol', 'The server answered with something that is no bulk evaluation.');
}

function adviceOn(status: number): string {
  if (status === 401) return 'Give a web key that is in force.';
  if (status === 403) return "Give a web key, and list this page's origin with it.";
  if (status === 404 || status === 405) return 'Is `url` the address of a Guidon server?';
  return status === 400 ? 'It does not accept the context or the environment of the key.' : '';
}

function failed(kind: Failure['kind'], sentence: string, more: Partial<Failure> = {}): Outcome {
  return { kind: 'failed', failure: { kind, sentence: sentence.trim(), ...more } };
}
