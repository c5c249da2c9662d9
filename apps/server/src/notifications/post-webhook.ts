import { guardedFetch } from '../kernel/git-host/index.js';
import { type Answer, readRetryAfter } from './decide-delivery.js';
import type { NotifyTarget } from './notify-target.js';
import { signWebhook } from './sign-webhook.js';

export interface PostWays {
  readonly nowMs: () => number;
  /** For the whole attempt. */
  readonly timeoutMs: number;
}

export interface Posted {
  readonly id: string;
  readonly body: string;
}

/** Sends one notification once. Reads nothing of an answer but its status and `Retry-After`. Never throws. */
export async function postWebhook(
  target: NotifyTarget,
  { id, body }: Posted,
  { nowMs, timeoutMs }: PostWays,
): Promise<Answer> {
  const fetch = guardedFetch([target.host]);
  const atMs = nowMs();
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Guidon' },
        ...signWebhook({ id, atMs, body }, target.secrets),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    // A receiver that never ends its answer has been told all the same.
    await response.body?.cancel().catch(() => undefined);
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), atMs);
    return {
      ...{ kind: 'status', status: response.status },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  } catch (error) {
    return { kind: 'none', cause: causeOf(error) };
  }
}

/** A code, never a message: those of the HTTP client hold addresses. */
function causeOf(error: unknown): string {
  const { name, code, cause } = Object(error) as { name?: unknown; code?: unknown; cause?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  const inner = (Object(cause) as { code?: unknown }).code ?? code;
  return typeof inner === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(inner) ? inner : 'failed';
}
