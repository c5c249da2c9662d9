import { createHash } from 'node:crypto';
import { type ConcernedBranch, concernedBranch } from './webhook-event.js';
import { isHexHmac, isSameText, isStandardSignature, signingKeyOf } from './webhook-signature.js';

/** Whose form of webhook it is; Forgejo counts as Gitea. */
export type WebhookHost = 'github' | 'gitlab' | 'gitea';

/** What a host tells us: at most "look at this branch now". Nothing in it is ever called or trusted further. */
export interface Webhook extends ConcernedBranch {
  readonly host: WebhookHost;
  /** For leaving out repetitions; the digest of the body where the host sends none. */
  readonly deliveryId: string;
  /** In the host's words, e.g. `push`, `Push Hook`, `ping`. */
  readonly event: string;
  /** Present for a push to a branch, and for a review or the merge of what goes into it. */
  readonly branch?: string;
  /** What a push made the branch point at; absent when it was deleted. */
  readonly commit?: string;
}

/** `unsigned` and `bad-signature` are 401, `too-large` 413, `not-json` 415, `bad-body` 400. */
export type WebhookRefusal = 'unsigned' | 'bad-signature' | 'too-large' | 'not-json' | 'bad-body';

export interface RefusedWebhook {
  /** One sentence for the log and the host's delivery page; says nothing about the secret. */
  readonly refused: string;
  readonly code: WebhookRefusal;
}

/** Node's form: names in lower case. */
export type WebhookHeaders = { readonly [name: string]: string | readonly string[] | undefined };

export interface WebhookTrust {
  /** Any of them; two while one is being replaced. */
  readonly secrets: readonly string[];
  /** Absent: the age of a delivery is not looked at (only GitLab's signing token covers a time). */
  readonly nowMs?: number;
}

export const WEBHOOK_LIMIT_BYTES = 1_048_576;
const TOLERANCE_MS = 300_000;

/**
 * Verifies a delivery over the raw bytes, before anything is parsed, and says what was pushed. Constant time in the secret.
 * Sources: docs.github.com "Validating webhook deliveries"; docs.gitlab.com "Webhooks" (delivery headers, secret token, signing
 * token); docs.gitea.com "Webhooks" and forgejo.org "Webhooks" (both also send GitHub's headers, so they are asked first).
 */
export function webhook(
  headers: WebhookHeaders,
  rawBody: Uint8Array,
  trust: string | WebhookTrust,
): Webhook | RefusedWebhook {
  if (rawBody.length > WEBHOOK_LIMIT_BYTES)
    return refuse('too-large', `The body has ${rawBody.length} bytes; the limit is ${WEBHOOK_LIMIT_BYTES}.`);
  const { secrets, nowMs } = typeof trust === 'string' ? { secrets: [trust], nowMs: undefined } : trust;
  const usable = secrets.filter((secret) => secret !== '');
  if (usable.length === 0)
    return refuse('unsigned', 'No webhook secret is configured, so nothing is accepted.');
  const delivery: Delivery = { headers: oneOfEach(headers), body: rawBody, secrets: usable, nowMs };
  const proof = PROOFS.find(({ applies }) => applies(delivery.headers));
  if (proof === undefined)
    return refuse('unsigned', 'The delivery bears no signature that we know; set a secret.');
  const why = proof.whyRefused(delivery);
  if (why !== undefined) return why;
  if (!/^application\/json\b/i.test(delivery.headers.get('content-type') ?? ''))
    return refuse(
      'not-json',
      'The content type is not application/json; choose it in the settings of the webhook.',
    );
  return readEvent(proof.host, delivery);
}

type Headers = ReadonlyMap<string, string>;

interface Delivery {
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly secrets: readonly string[];
  readonly nowMs: number | undefined;
}

interface Proof {
  readonly host: WebhookHost;
  readonly applies: (headers: Headers) => boolean;
  readonly whyRefused: (delivery: Delivery) => RefusedWebhook | undefined;
}

const PROOFS: readonly Proof[] = [
  {
    host: 'gitea',
    applies: (headers) => headers.has('x-forgejo-signature') || headers.has('x-gitea-signature'),
    whyRefused: ({ headers, body, secrets }) => {
      const given = headers.get('x-forgejo-signature') ?? headers.get('x-gitea-signature') ?? '';
      if (given === '')
        return refuse('unsigned', 'The webhook has no secret; set the same one on both sides.');
      return secrets.some((secret) => isHexHmac(given, body, secret)) ? undefined : mismatch();
    },
  },
  {
    host: 'gitlab',
    applies: (headers) =>
      headers.has('webhook-signature') || headers.has('x-gitlab-token') || headers.has('x-gitlab-event'),
    whyRefused: (delivery) =>
      delivery.headers.has('webhook-signature') ? whySignatureRefused(delivery) : whyTokenRefused(delivery),
  },
  {
    host: 'github',
    applies: (headers) => headers.has('x-hub-signature-256'),
    whyRefused: ({ headers, body, secrets }) => {
      const given = /^sha256=(.*)$/.exec(headers.get('x-hub-signature-256') ?? '')?.[1] ?? '';
      return secrets.some((secret) => isHexHmac(given, body, secret)) ? undefined : mismatch();
    },
  },
];

function whySignatureRefused({ headers, body, secrets, nowMs }: Delivery): RefusedWebhook | undefined {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const signatures = headers.get('webhook-signature') ?? '';
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return mismatch();
  const isSigned = secrets.some((secret) => isStandardSignature({ id, timestamp, signatures }, body, secret));
  if (!isSigned) return mismatch();
  if (nowMs === undefined || Math.abs(nowMs - Number(timestamp) * 1000) <= TOLERANCE_MS) return undefined;
  return refuse('bad-signature', 'The signature is more than five minutes off; compare the clocks.');
}

/** A signing token never travels; where one is configured, nobody may present it as if it were the plain secret. */
function whyTokenRefused({ headers, secrets }: Delivery): RefusedWebhook | undefined {
  const given = headers.get('x-gitlab-token') ?? '';
  if (given === '') return refuse('unsigned', 'The webhook has no secret; set the same one on both sides.');
  const plain = secrets.filter((secret) => signingKeyOf(secret) === undefined);
  // All of them are compared, so that time does not tell which one fitted.
  return plain.filter((secret) => isSameText(given, secret)).length > 0 ? undefined : mismatch();
}

const EVENT_HEADERS = ['x-forgejo-event', 'x-gitea-event', 'x-gitlab-event', 'x-github-event'] as const;
const ID_HEADERS: { readonly [host in WebhookHost]: readonly string[] } = {
  gitea: ['x-forgejo-delivery', 'x-gitea-delivery'],
  gitlab: ['webhook-id', 'idempotency-key'],
  github: ['x-github-delivery'],
};

function readEvent(host: WebhookHost, { headers, body }: Delivery): Webhook | RefusedWebhook {
  const payload = parseObject(body);
  if (payload === undefined) return refuse('bad-body', 'The body is no JSON object.');
  const event = firstOf(headers, EVENT_HEADERS) ?? '';
  return { host, event, deliveryId: deliveryIdOf(host, headers, body), ...concernedBranch(event, payload) };
}

function deliveryIdOf(host: WebhookHost, headers: Headers, body: Uint8Array): string {
  const given = firstOf(headers, ID_HEADERS[host]);
  if (given !== undefined && /^[\w.:-]{1,128}$/.test(given)) return given;
  // Before 17.4 GitLab sent no id of its own: events that one hook set off share this one, so the body belongs to it.
  const event = headers.get('x-gitlab-event-uuid') ?? '';
  return createHash('sha256').update(event).update(body).digest('hex');
}

function parseObject(body: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A header that came twice is none: two readers would see two values. */
function oneOfEach(headers: WebhookHeaders): Headers {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') found.set(name.toLowerCase(), value);
  }
  return found;
}

function firstOf(headers: Headers, names: readonly string[]): string | undefined {
  return names.map((name) => headers.get(name)).find((value) => value !== undefined && value !== '');
}

function mismatch(): RefusedWebhook {
  return refuse('bad-signature', 'The signature does not fit the body; compare the secret on both sides.');
}

function refuse(code: WebhookRefusal, refused: string): RefusedWebhook {
  return { refused, code };
}
