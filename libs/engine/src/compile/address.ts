/**
 * Internet addresses as four 32-bit words; version 4 as `::ffff:a.b.c.d`, so that an address that a dual-stack socket
 * reports compares with the plain one. Parsing allocates nothing: it writes into the words given.
 */
export type Words = Int32Array;

/** An address block, parsed at compile time. */
export interface Block {
  readonly words: Words;
  readonly masks: Words;
  /** Version 4 blocks hold version 4 addresses only, and `::/0` holds none of them. */
  readonly v4: boolean;
}

/** @throws Error when the text is neither an address nor a CIDR block. */
export function parseBlock(text: string): Block {
  const slash = text.indexOf('/');
  const words = new Int32Array(4);
  const address = slash < 0 ? text : text.slice(0, slash);
  if (!parseAddress(address, words)) throw new Error(`"${text}" is not an address or CIDR block`);
  const isText4 = !address.includes(':');
  let bits = 128;
  if (slash >= 0) {
    const written = /^\d{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : Number.NaN;
    bits = isText4 ? written + 96 : written;
    if (!(bits <= 128)) throw new Error(`"${text}" has no valid prefix length`);
  }
  const masks = Int32Array.from([0, 1, 2, 3], (word) => maskOf(bits - word * 32));
  for (let i = 0; i < 4; i++) words[i] = (words[i] as number) & (masks[i] as number);
  return { words, masks, v4: bits >= 96 && isV4(words) };
}

function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

function isV4(words: Words): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

export function contains(block: Block, words: Words): boolean {
  if (isV4(words) !== block.v4) return false;
  for (let i = 0; i < 4; i++) {
    if (((words[i] as number) & (block.masks[i] as number)) !== block.words[i]) return false;
  }
  return true;
}

/** Writes the address into `words`; false when the text is none (zone ids and leading zeros are refused). */
export function parseAddress(text: string, words: Words): boolean {
  if (text.length > 45) return false;
  if (text.indexOf(':') < 0) {
    words[0] = 0;
    words[1] = 0;
    words[2] = 0xffff;
    return parseV4(text, 0, words);
  }
  return V6.read(text, words);
}

/** Dotted decimal from `from` to the end, into the last word. */
function parseV4(text: string, from: number, words: Words): boolean {
  let at = from;
  let word = 0;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== 46) return false;
    const start = at;
    let value = 0;
    for (; isDigit(text.charCodeAt(at)) && at - start < 4; at++)
      value = value * 10 + text.charCodeAt(at) - 48;
    if (at === start || value > 255 || (at - start > 1 && text.charCodeAt(start) === 48)) return false;
    word = (word << 8) | value;
  }
  words[3] = word;
  return at === text.length;
}

const DOT = 46;
const COLON = 58;

/** Reads one address at a time; there is a single one of it, so that reading allocates nothing. */
class V6Reader {
  /** Where the last 32 bits are read to when they are written as a version 4 address. */
  private readonly tail: Words = new Int32Array(4);
  private at = 0;
  private group = 0;
  /** The group at which `::` stood; -1: nowhere. */
  private gap = -1;

  read(text: string, words: Words): boolean {
    words.fill(0);
    if (text === '::') return true;
    const leading = text.startsWith('::');
    this.at = leading ? 2 : 0;
    this.gap = leading ? 0 : -1;
    this.group = 0;
    while (this.at < text.length) {
      const digits = hexDigitsAt(text, this.at);
      if (text.charCodeAt(this.at + digits) === DOT) return this.readTail(text, words);
      if (digits === 0 || this.group > 7) return false;
      put(words, this.group++, hexAt(text, this.at, digits));
      this.at += digits;
      if (this.at < text.length && !this.readColons(text)) return false;
    }
    // Only `::` may stand at the end, not a single colon.
    if (text.endsWith(':') && !text.endsWith('::')) return false;
    return close(words, this.group, this.gap);
  }

  private readTail(text: string, words: Words): boolean {
    if (this.group > 6 || !parseV4(text, this.at, this.tail)) return false;
    const address = this.tail[3] as number;
    put(words, this.group, address >>> 16);
    put(words, this.group + 1, address & 0xffff);
    return close(words, this.group + 2, this.gap);
  }

  private readColons(text: string): boolean {
    if (text.charCodeAt(this.at) !== COLON) return false;
    const isGap = text.charCodeAt(this.at + 1) === COLON;
    this.at += isGap ? 2 : 1;
    if (!isGap) return true;
    if (this.gap >= 0) return false;
    this.gap = this.group;
    return true;
  }
}

const V6 = new V6Reader();

function hexDigitsAt(text: string, at: number): number {
  let count = 0;
  while (count < 4 && hexOf(text.charCodeAt(at + count)) >= 0) count++;
  return count;
}

function hexAt(text: string, at: number, digits: number): number {
  let value = 0;
  for (let i = 0; i < digits; i++) value = (value << 4) | hexOf(text.charCodeAt(at + i));
  return value;
}

/** Moves the groups behind `::` to the end; without `::` there must be eight. */
function close(words: Words, groups: number, gap: number): boolean {
  if (gap < 0) return groups === 8;
  if (groups > 7) return false;
  const moved = groups - gap;
  for (let i = 1; i <= moved; i++) {
    const value = take(words, groups - i);
    put(words, groups - i, 0);
    put(words, 8 - i, value);
  }
  return true;
}

function take(words: Words, group: number): number {
  const word = words[group >> 1] as number;
  return (group & 1) === 0 ? word >>> 16 : word & 0xffff;
}

function put(words: Words, group: number, value: number): void {
  const word = words[group >> 1] as number;
  words[group >> 1] = (group & 1) === 0 ? (word & 0xffff) | (value << 16) : (word & ~0xffff) | value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function hexOf(code: number): number {
  if (isDigit(code)) return code - 48;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
