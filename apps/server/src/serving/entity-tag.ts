/** Two independent 32-bit lanes: what a fragment contributes to the tag of the body it stands in. */
export interface Digest {
  readonly left: number;
  readonly right: number;
}

/**
 * Adds the digest of the next part to a lane: a polynomial over words that are random already (they come out of
 * SHA-256), so the order of the parts counts and two different bodies agree in both lanes once in 2^64.
 */
export function mixLane(lane: number, word: number): number {
  return (Math.imul(lane, 0x9e3779b1) + word) | 0;
}

/** The entity tag, with its quotation marks. */
export function formatEntityTag(left: number, right: number): string {
  return `"${(left >>> 0).toString(36)}-${(right >>> 0).toString(36)}"`;
}

/**
 * Whether `If-None-Match` names the tag: weak comparison over a list, as RFC 9110 asks for this header. Proxies that
 * compress make tags weak, so `W/` is ignored on both sides.
 */
export function matchesEntityTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header === tag) return true;
  if (header.length > 4_096) return false;
  for (const part of header.split(',')) {
    const candidate = part.trim();
    if (candidate === '*' || candidate === tag) return true;
    if (candidate.startsWith('W/') && candidate.slice(2) === tag) return true;
  }
  return false;
}
