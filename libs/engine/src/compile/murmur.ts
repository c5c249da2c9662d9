/**
 * MurmurHash3 x86 32-bit, seed 0, over UTF-8 bytes (Austin Appleby's public-domain algorithm, written anew). The text
 * is fed code unit by code unit: nothing is encoded into a buffer, nothing is allocated.
 */

/** What hashing a salt left behind: whole blocks mixed, up to three bytes carried into the next block. */
export interface Prefix {
  readonly h: number;
  /** Bytes that did not fill a block, low byte first. */
  readonly carry: number;
  /** How many bits of `carry` are filled: 0, 8, 16 or 24. */
  readonly filled: number;
  /** Bytes so far. */
  readonly length: number;
}

const EMPTY: Prefix = { h: 0, carry: 0, filled: 0, length: 0 };

function scramble(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function mix(h: number, block: number): number {
  const x = h ^ scramble(block);
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0;
}

/**
 * The finished hash with its top bit flipped: a signed 32-bit integer whose order is that of the unsigned hash. Unlike
 * the unsigned number it always fits a small integer, so passing it on allocates nothing.
 */
function finish(h: number, carry: number, length: number): number {
  let x = h ^ scramble(carry) ^ length;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16) ^ 0x80000000;
}

/** The ordered hash (see `finish`) of salt and text. */
export function hashText(prefix: Prefix, text: string): number {
  let h = prefix.h;
  let carry = prefix.carry;
  let filled = prefix.filled;
  const length = text.length;
  const whole = length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) return hashWide(prefix, text);
    const word = a | (b << 8) | (c << 16) | (d << 24);
    h = mix(h, carry | (word << filled));
    // Two shifts, because one by 32 bits would shift by none.
    carry = (word >>> (24 - filled)) >>> 8;
  }
  for (; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return hashWide(prefix, text);
    carry |= unit << filled;
    filled += 8;
    if (filled === 32) {
      h = mix(h, carry);
      carry = 0;
      filled = 0;
    }
  }
  return finish(h, carry, prefix.length + length);
}

function hashWide(prefix: Prefix, text: string): number {
  let h = prefix.h;
  let carry = prefix.carry;
  let filled = prefix.filled;
  let length = prefix.length;
  for (let i = 0; i < text.length; i++) {
    const bytes = utf8At(text, i);
    const bits = utf8BitsAt(text, i);
    if (bits === 32) i++;
    length += bits >> 3;
    carry |= bytes << filled;
    filled += bits;
    if (filled >= 32) {
      h = mix(h, carry);
      filled -= 32;
      carry = filled === 0 ? 0 : bytes >>> (bits - filled);
    }
  }
  return finish(h, carry, length);
}

/** Whether a surrogate pair begins at `i`; a lone surrogate is encoded as U+FFFD, as TextEncoder does. */
function isPair(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
}

function utf8BitsAt(text: string, i: number): 8 | 16 | 24 | 32 {
  const unit = text.charCodeAt(i);
  if (unit < 0x80) return 8;
  if (unit < 0x800) return 16;
  return isPair(text, i) ? 32 : 24;
}

/** The UTF-8 bytes of the code point at `i`, first byte lowest. */
function utf8At(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  if (unit < 0x80) return unit;
  if (unit < 0x800) return 0xc0 | (unit >> 6) | ((0x80 | (unit & 0x3f)) << 8);
  if (isPair(text, i)) {
    const point = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(i + 1) & 0x3ff);
    return (
      0xf0 |
      (point >> 18) |
      ((0x80 | ((point >> 12) & 0x3f)) << 8) |
      ((0x80 | ((point >> 6) & 0x3f)) << 16) |
      ((0x80 | (point & 0x3f)) << 24)
    );
  }
  const point = (unit & 0xf800) === 0xd800 ? 0xfffd : unit;
  return 0xe0 | (point >> 12) | ((0x80 | ((point >> 6) & 0x3f)) << 8) | ((0x80 | (point & 0x3f)) << 16);
}

/** The ordered hash of salt and an integer written in decimal, without making the string. Safe integers only. */
export function hashInteger(prefix: Prefix, integer: number): number {
  let h = prefix.h;
  let carry = prefix.carry;
  let filled = prefix.filled;
  let length = prefix.length;
  let rest = Math.abs(integer);
  let power = 1;
  while (power * 10 <= rest) power *= 10;
  let byte = integer < 0 ? 0x2d : 0;
  while (power >= 1) {
    if (byte === 0) {
      const digit = Math.floor(rest / power);
      rest -= digit * power;
      power /= 10;
      byte = 0x30 + digit;
    }
    length++;
    carry |= byte << filled;
    filled += 8;
    byte = 0;
    if (filled === 32) {
      h = mix(h, carry);
      carry = 0;
      filled = 0;
    }
  }
  return finish(h, carry, length);
}

/** Hashes a salt once, so that each unit only pays for itself. */
export function prefixOf(salt: string): Prefix {
  let h = 0;
  let carry = 0;
  let filled = 0;
  let length = 0;
  for (let i = 0; i < salt.length; i++) {
    let bytes = utf8At(salt, i);
    const bits = utf8BitsAt(salt, i);
    if (bits === 32) i++;
    for (let done = 0; done < bits; done += 8) {
      carry |= (bytes & 0xff) << filled;
      bytes >>>= 8;
      filled += 8;
      length++;
      if (filled === 32) {
        h = mix(h, carry);
        carry = 0;
        filled = 0;
      }
    }
  }
  return { h, carry, filled, length };
}

/** The plain unsigned 32-bit hash of a text, for tests, tools and other algorithms of the registry. */
export function murmur3(text: string): number {
  return (hashText(EMPTY, text) ^ 0x80000000) >>> 0;
}
