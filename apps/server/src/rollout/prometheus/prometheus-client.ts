import { type PrometheusSample, readPrometheusAnswer } from '@guidon/policy/guards';
import type { Clock } from '../../kernel/clock/index.js';

export interface PrometheusClientParts {
  /** Base address; the path of the API is added. */
  readonly url: string;
  /** Reaches the hosts that are allowed and no other. */
  readonly fetch: typeof globalThis.fetch;
  /** The bearer token as it is now; absent: none is sent. */
  readonly token?: () => Promise<string>;
  readonly clock: Clock;
}

/** Well below the time between two looks, so that a slow Prometheus holds up nothing but its own guards. */
export const ANSWER_WITHIN_MS = 3_000;
/** An instant vector of a few series is some hundred bytes. */
export const LARGEST_ANSWER = 256 * 1024;

/** The HTTP API of Prometheus, as far as guards need it. */
export class PrometheusClient {
  constructor(private readonly parts: PrometheusClientParts) {}

  /** Never rejects: what does not come in time, or is no answer, is a failed sample with its reason. */
  async query(query: string, atMs: number): Promise<PrometheusSample> {
    const { clock } = this.parts;
    const abort = new AbortController();
    const timer = clock.after(ANSWER_WITHIN_MS, () => abort.abort());
    try {
      const response = await this.#post(query, abort.signal);
      const text = await readBounded(response);
      // Prometheus explains a refused query in the same form that it answers others in.
      const body = parsed(text);
      if (body === undefined) return failed(atMs, `Prometheus answered ${response.status} and no JSON.`);
      return readPrometheusAnswer(body, atMs);
    } catch (error) {
      if (abort.signal.aborted)
        return failed(atMs, `Prometheus did not answer within ${ANSWER_WITHIN_MS / 1000} s.`);
      return failed(atMs, `Prometheus cannot be asked: ${sentenceOf(error)}`);
    } finally {
      timer.cancel();
    }
  }

  async #post(query: string, signal: AbortSignal): Promise<Response> {
    const { url, fetch, token } = this.parts;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${await token()}` };
    return fetch(`${url.replace(/\/+$/, '')}/api/v1/query`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...authorization,
      },
      body: new URLSearchParams({ query, timeout: `${ANSWER_WITHIN_MS / 1000}s` }),
      signal,
    });
  }
}

async function readBounded(response: Response): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    const bytes = Buffer.from(piece as Uint8Array);
    size += bytes.length;
    if (size > LARGEST_ANSWER)
      throw new Error(
        `the answer is larger than ${LARGEST_ANSWER / 1024} KiB; let the query give one number.`,
      );
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(atMs: number, why: string): PrometheusSample {
  return { atMs, kind: 'failed', why };
}

/** The cause says more than "fetch failed". */
function sentenceOf(error: unknown): string {
  const { cause, message } = error as { cause?: { message?: string }; message?: string };
  return cause?.message ?? message ?? String(error);
}
