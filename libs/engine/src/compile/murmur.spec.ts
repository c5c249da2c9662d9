import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hashInteger, hashText, murmur3, prefixOf } from './murmur.js';

const unsigned = (ordered: number): number => (ordered ^ 0x80000000) >>> 0;

/** MurmurHash3 x86 32-bit over bytes, straight from its description: slow, plain, and independent of ours. */
function reference(bytes: Uint8Array): number {
  const rotl = (x: number, r: number) => (x << r) | (x >>> (32 - r));
  let h = 0;
  const blocks = bytes.length >> 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < blocks; i++) {
    h ^= Math.imul(rotl(Math.imul(view.getUint32(i * 4, true), 0xcc9e2d51), 15), 0x1b873593);
    h = Math.imul(rotl(h, 13), 5) + 0xe6546b64;
  }
  let k = 0;
  for (let i = bytes.length - 1; i >= blocks * 4; i--) k = (k << 8) | bytes[i];
  h ^= Math.imul(rotl(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

describe('murmur3 over UTF-8', () => {
  // The design's vectors; cross-checked there with @openfeature/flagd-core 4.0.1 (flagd `fractional` v2) and, for the
  // texts beyond ASCII, with the C++ reference of MurmurHash3.
  it.each([
    ['new-checkoutuser-106933', 29104],
    ['headerColoruser-1', 2464466138],
    ['headerColorjane@company.com', 1815657306],
    ['acct-000123', 3974587154],
    ['new-checkoutuser-7', 3863592697],
    ['zoë', 3500877143],
    ['日本', 3302619458],
    ['naïve', 992511445],
    ['', 0],
  ])('hashes %j to %d', (text, hash) => {
    expect(murmur3(text)).toBe(hash);
  });

  it('agrees with a byte-wise reference on any text, split at any place between salt and unit', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 40 });
    const loneSurrogates = fc.array(fc.constantFrom('\ud800', '\udc00', 'a', 'é', '\ud83d\ude00'), {
      maxLength: 12,
    });
    const texts = fc.oneof(
      anyText,
      fc.string({ maxLength: 40 }),
      loneSurrogates.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, texts, (salt, unit) => {
        // Each part is encoded alone: a pair that only arises where they meet is not one.
        const encoder = new TextEncoder();
        const bytes = new Uint8Array([...encoder.encode(salt), ...encoder.encode(unit)]);
        expect(unsigned(hashText(prefixOf(salt), unit))).toBe(reference(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('hashes an integer like its decimal text', () => {
    const integers = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -20, max: 20 }),
      fc.constantFrom(0, -0, 10, 1e15),
    );
    fc.assert(
      fc.property(integers, fc.string({ maxLength: 5 }), (integer, salt) => {
        const prefix = prefixOf(salt);
        expect(hashInteger(prefix, integer)).toBe(hashText(prefix, String(integer)));
      }),
      { numRuns: 1000 },
    );
  });

  it('orders its results as the unsigned hashes are ordered', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const prefix = prefixOf('');
        expect(Math.sign(hashText(prefix, a) - hashText(prefix, b))).toBe(Math.sign(murmur3(a) - murmur3(b)));
      }),
    );
  });
});
