import type { FastifyReply } from 'fastify';

/** Names and values in turn, as Node writes them. */
export type RawHeaders = readonly string[];

const JSON_HEADERS: RawHeaders = [
  'content-type',
  'application/json',
  'cache-control',
  'no-store',
  'x-content-type-options',
  'nosniff',
  'content-length',
];

/** Headers of a private JSON answer; `text` is ASCII, so its length is its length in bytes. */
export function jsonHeaders(text: string, more: RawHeaders = []): RawHeaders {
  return [...JSON_HEADERS, String(text.length), ...more];
}

/**
 * Answers past Fastify's serialisation and `onSend` chain, which these routes have no use for: that is what pays for
 * authentication. A caller from a page keeps the headers that earlier hooks put on the reply (CORS); others have no use
 * for them, and collecting them costs as much as finding the key.
 */
export function sendRaw(
  reply: FastifyReply,
  status: number,
  answer: { readonly headers: RawHeaders; readonly body?: string | Buffer },
): void {
  reply.hijack();
  const { raw } = reply;
  const fromPage = reply.request.raw.headers.origin !== undefined;
  const headers = fromPage ? [...inheritedHeaders(reply, answer.headers), ...answer.headers] : answer.headers;
  raw.writeHead(status, headers as string[]);
  if (answer.body !== undefined) {
    raw.write(answer.body, 'latin1');
    // Head and body are one string and leave in one plain write now. `end(body)` would add an empty piece behind them and
    // send both by `writev`, which costs a fifth of a small answer.
    raw.socket?.uncork();
  }
  raw.end();
}

function inheritedHeaders(reply: FastifyReply, own: RawHeaders): string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value === undefined || own.includes(name)) continue;
    found.push(name, Array.isArray(value) ? value.join(', ') : String(value));
  }
  return found;
}
