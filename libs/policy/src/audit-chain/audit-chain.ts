/**
 * The tamper-evident chain. Every entry is hashed over its exact bytes, which hold its number and the hash of the one
 * before, so that no entry can be changed, dropped, added or moved without breaking all that follow.
 */
export interface ChainFunctions {
  /** SHA-256 of the UTF-8 bytes, lower-case hexadecimal. */
  readonly sha256: (text: string) => string;
  /** RFC 8785 canonical JSON. */
  readonly canonicalize: (value: unknown) => string;
}

/** Where a chain stands: the number and the hash of its newest entry. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first entry. */
export const EMPTY_CHAIN: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

/** One stored row. */
export interface ChainLink {
  readonly sequence: number;
  /** The exact text that was hashed. */
  readonly body: string;
  readonly previousHash: string;
  readonly hash: string;
  /** The time by which rows are searched, where it is kept beside the text: RFC 3339, as in the text. */
  readonly at?: string;
}

/** Makes the row that follows the head. The entry is plain JSON; `sequence` and `previous` are added to it. */
export function linkEntry(
  head: ChainHead,
  entry: { readonly [name: string]: unknown },
  functions: ChainFunctions,
): ChainLink {
  const sequence = head.sequence + 1;
  const body = functions.canonicalize({ ...entry, sequence, previous: head.hash });
  return { sequence, body, previousHash: head.hash, hash: functions.sha256(body) };
}

export type ChainVerdict =
  | { readonly ok: true; readonly head: ChainHead }
  | { readonly ok: false; readonly sequence: number; readonly reason: string };

export interface VerifyOptions extends Pick<ChainFunctions, 'sha256'> {
  /** Where the rows before these ended; the empty chain by default. */
  readonly from?: ChainHead;
}

/** Checks rows in order and names the first broken link. A long chain is checked page by page, from head to head. */
export function verifyChain(links: Iterable<ChainLink>, options: VerifyOptions): ChainVerdict {
  let head = options.from ?? EMPTY_CHAIN;
  for (const link of links) {
    const reason = whyBroken(link, head, options.sha256);
    if (reason !== undefined) return { ok: false, sequence: head.sequence + 1, reason };
    head = { sequence: link.sequence, hash: link.hash };
  }
  return { ok: true, head };
}

/**
 * Checks that the chain ends where the head row says, so that cutting off its end is noticed too, and a row that was put
 * behind it. `newest` is the highest number of any row.
 */
export function verifyEnd(reached: ChainHead, head: ChainHead, newest = reached.sequence): ChainVerdict {
  if (newest > head.sequence)
    return {
      ok: false,
      sequence: head.sequence + 1,
      reason: `It stands behind the end of the chain, which is entry ${head.sequence}: nobody appended it.`,
    };
  if (reached.sequence === head.sequence && reached.hash === head.hash) return { ok: true, head };
  const sequence = Math.min(reached.sequence, head.sequence) + 1;
  return {
    ok: false,
    sequence,
    reason: `The chain ends at entry ${reached.sequence}, but its head says ${head.sequence}.`,
  };
}

function whyBroken(link: ChainLink, head: ChainHead, sha256: (text: string) => string): string | undefined {
  if (link.sequence !== head.sequence + 1) return `Entry ${head.sequence + 1} is missing.`;
  if (link.previousHash !== head.hash) return 'It does not name the hash of the entry before.';
  if (sha256(link.body) !== link.hash) return 'Its text does not give its hash.';
  const inside = readInside(link.body);
  if (inside === undefined) return 'Its text is not JSON.';
  if (inside.sequence !== link.sequence || inside.previous !== head.hash)
    return 'Its text belongs to another place in the chain.';
  if (link.at !== undefined && inside.at !== link.at)
    return `It is filed under ${link.at}, but its text says another time.`;
  return undefined;
}

function readInside(body: string): { sequence?: unknown; previous?: unknown; at?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
