/** A version of three parts with an optional pre-release, parsed at compile time. Build metadata does not count. */
export interface Version {
  readonly parts: readonly [major: number, minor: number, patch: number];
  /** Empty for a release. */
  readonly pre: readonly string[];
}

const IN_FILE =
  /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/** @throws Error when the text is not a three-part version. */
export function parseVersion(text: string): Version {
  const match = IN_FILE.exec(text);
  if (match === null) throw new Error(`"${text}" is not a version of three parts`);
  return {
    parts: [Number(match[1]), Number(match[2]), Number(match[3])],
    pre: match[4] === undefined ? [] : match[4].split('.'),
  };
}

/** What `compareVersion` gives for a text that is no version. */
export const NO_VERSION = 2;

const DOT = 46;
const HYPHEN = 45;
const PLUS = 43;
const ZERO = 48;

/**
 * Compares a context's version with a parsed one, by the precedence of Semantic Versioning 2.0.0: -1, 0, 1, or
 * `NO_VERSION`. Contexts may leave out parts (`v2.3` is 2.3.0), begin with `v`, and write leading zeros. The whole
 * text is read before the answer is given, so that a malformed tail is noticed. Allocates nothing.
 */
export function compareVersion(text: string, version: Version): number {
  const end = text.length;
  const first = text.charCodeAt(0);
  let at = first === 118 || first === 86 ? 1 : 0;
  let order = 0;
  let part = 0;
  for (; ; part++) {
    const start = at;
    let value = 0;
    for (; at < end && isDigit(text.charCodeAt(at)); at++) value = value * 10 + text.charCodeAt(at) - 48;
    if (at === start || at - start > 15 || part > 2) return NO_VERSION;
    if (order === 0) order = sign(value - (version.parts[part] as number));
    if (at >= end || text.charCodeAt(at) !== DOT) break;
    at++;
  }
  for (part++; part < 3; part++) if (order === 0) order = sign(-(version.parts[part] as number));
  const tail = compareTail(text, at, version.pre);
  return tail === NO_VERSION || order === 0 ? tail : order;
}

/** What stands behind the parts: pre-release, build metadata, end. */
function compareTail(text: string, from: number, pre: readonly string[]): number {
  const hasPre = text.charCodeAt(from) === HYPHEN;
  let at = from;
  if (hasPre) {
    at = identifiersEnd(text, from + 1);
    if (at < 0) return NO_VERSION;
  }
  if (at < text.length) {
    if (text.charCodeAt(at) !== PLUS || identifiersEnd(text, at + 1) !== text.length) return NO_VERSION;
  }
  if (!hasPre) return pre.length > 0 ? 1 : 0;
  return pre.length === 0 ? -1 : comparePre(text, from + 1, pre);
}

/** Where dot-separated, non-empty identifiers end; -1 when one is empty. */
function identifiersEnd(text: string, from: number): number {
  let at = from;
  let start = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (at === start) return -1;
      start = at + 1;
    } else if (!isIdentifier(code)) break;
  }
  return at === start ? -1 : at;
}

/** The text is well-formed from `from` on, identifier by identifier. */
function comparePre(text: string, from: number, pre: readonly string[]): number {
  let at = from;
  for (let i = 0; i < pre.length; i++) {
    const order = compareIdentifier(text, at, pre[i] as string);
    if (order !== 0) return order;
    at = identifierEnd(text, at);
    const isLast = text.charCodeAt(at) !== DOT;
    // All identifiers were equal so far; the version that has fewer comes first.
    if (isLast) return i === pre.length - 1 ? 0 : -1;
    at++;
  }
  return 1;
}

function compareIdentifier(text: string, start: number, other: string): number {
  const end = identifierEnd(text, start);
  const mine = isNumeric(text, start, end);
  const theirs = isNumeric(other, 0, other.length);
  if (mine !== theirs) return mine ? -1 : 1;
  let from = start;
  let otherFrom = 0;
  if (mine) {
    // Without leading zeros the longer number is the greater one, however many digits it has.
    while (from < end - 1 && text.charCodeAt(from) === ZERO) from++;
    while (otherFrom < other.length - 1 && other.charCodeAt(otherFrom) === ZERO) otherFrom++;
    const longer = end - from - (other.length - otherFrom);
    if (longer !== 0) return sign(longer);
  }
  const length = Math.min(end - from, other.length - otherFrom);
  for (let i = 0; i < length; i++) {
    const order = text.charCodeAt(from + i) - other.charCodeAt(otherFrom + i);
    if (order !== 0) return sign(order);
  }
  return sign(end - from - (other.length - otherFrom));
}

function identifierEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isIdentifier(text.charCodeAt(at))) at++;
  return at;
}

function isNumeric(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isIdentifier(code: number): boolean {
  return isDigit(code) || code === HYPHEN || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function sign(order: number): -1 | 0 | 1 {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}
