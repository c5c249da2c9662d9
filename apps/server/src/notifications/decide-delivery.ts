/** What came of one attempt. */
export type Answer =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs?: number }
  /** No answer; `cause` names why in one word, e.g. `ECONNREFUSED` or `timeout`, and never a URL. */
  | { readonly kind: 'none'; readonly cause: string };

export type Delivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly delayMs: number; readonly failure: string }
  | { readonly kind: 'dead'; readonly failure: string };

export interface Attempt {
  /** How many there were, this one included. */
  readonly attempts: number;
  /** How long ago it happened what is told. */
  readonly ageMs: number;
  /** From 0 up to 1. */
  readonly random: number;
}

export const MOST_ATTEMPTS = 12;
const FIRST_MS = 5_000;
const LONGEST_MS = 60 * 60 * 1000;
const LEAST_MS = 1_000;
/** Nobody acts on older news, and what is newer waits behind them. */
const LONGEST_AGE_MS = 24 * 60 * 60 * 1000;
const GONE = 410;

/** Full jitter: anywhere below a ceiling that doubles, so that many who fail together do not come back together. */
export function decideDelivery(answer: Answer, { attempts, ageMs, random }: Attempt): Delivery {
  if (answer.kind === 'status' && answer.status >= 200 && answer.status < 300) return { kind: 'delivered' };
  const failure = failureOf(answer);
  if (answer.kind === 'status' && answer.status === GONE)
    return { kind: 'dead', failure: `${failure}: the receiver wants nothing more` };
  if (attempts >= MOST_ATTEMPTS) return { kind: 'dead', failure: `${failure}, ${attempts} times` };
  if (ageMs >= LONGEST_AGE_MS) return { kind: 'dead', failure: `${failure}, for a day` };
  const ceilingMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  const askedMs = answer.kind === 'status' ? Math.min(LONGEST_MS, answer.retryAfterMs ?? 0) : 0;
  return { kind: 'retry', delayMs: Math.max(LEAST_MS, askedMs, Math.floor(random * ceilingMs)), failure };
}

function failureOf(answer: Answer): string {
  if (answer.kind === 'none') return `no answer (${answer.cause})`;
  const { status } = answer;
  return status >= 300 && status < 400
    ? `answered ${status}, and redirects are not followed`
    : `answered ${status}`;
}

/** Seconds or a date, as HTTP has it; anything else says nothing. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const atMs = /^[A-Z][a-z]{2}, .* GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
