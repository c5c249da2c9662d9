import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contains, parseAddress, parseBlock } from './address.js';

function inside(address: string, block: string): boolean {
  const words = new Int32Array(4);
  return parseAddress(address, words) && contains(parseBlock(block), words);
}

function hex(address: string): string | undefined {
  const words = new Int32Array(4);
  if (!parseAddress(address, words)) return undefined;
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

describe('parseAddress', () => {
  // The forms of RFC 4291 section 2.2 and the examples of RFC 5952.
  it.each([
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::', '20010db8000000000000000000000000'],
    ['2001:DB8:0:0:8:800:200C:417A', '20010db80000000000080800200c417a'],
    ['2001:db8::8:800:200c:417a', '20010db80000000000080800200c417a'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['::ffff:192.0.2.128', '00000000000000000000ffffc0000280'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
    ['192.0.2.128', '00000000000000000000ffffc0000280'],
    ['255.255.255.255', '00000000000000000000ffffffffffff'],
  ])('reads %s', (text, words) => {
    expect(hex(text)).toBe(words);
  });

  it.each([
    '',
    ':',
    ':::',
    '1:',
    ':1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    'g::',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1..2.3',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::1%eth0',
    '10.0.0.0/8',
    'localhost',
    '1.2.3.4:80',
  ])('refuses %j', (text) => {
    expect(hex(text)).toBeUndefined();
  });

  it('reads back every address in full and in shortened form', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        // The platform's URL parser is the judge: it writes the shortest form.
        const short = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        expect(hex(text)).toBeDefined();
        expect(hex(short)).toBe(hex(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an address block', () => {
  it('holds the addresses of its prefix and no others', () => {
    expect(inside('10.1.2.3', '10.0.0.0/8')).toBe(true);
    expect(inside('11.1.2.3', '10.0.0.0/8')).toBe(false);
    expect(inside('192.168.7.9', '192.168.7.8/31')).toBe(true);
    expect(inside('192.168.7.10', '192.168.7.8/31')).toBe(false);
    expect(inside('1.2.3.4', '1.2.3.4')).toBe(true);
    expect(inside('200.1.1.1', '0.0.0.0/0')).toBe(true);
    expect(inside('2001:db8:1::5', '2001:db8::/32')).toBe(true);
    expect(inside('2001:db9::5', '2001:db8::/32')).toBe(false);
    expect(inside('2001:db8:0:0:1::', '2001:db8::/65')).toBe(true);
    expect(inside('2001:db8:0:0:8000::', '2001:db8::/65')).toBe(false);
  });

  it('takes a mapped address for the version 4 address it is', () => {
    expect(inside('::ffff:10.1.2.3', '10.0.0.0/8')).toBe(true);
    expect(inside('10.1.2.3', '::/0')).toBe(false);
    expect(inside('::1', '0.0.0.0/0')).toBe(false);
  });

  it('does not mind bits behind the prefix', () => {
    expect(inside('10.200.0.1', '10.1.2.3/8')).toBe(true);
  });

  it.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/a', 'x/8', '10.0.0/8'])(
    'refuses %j',
    (text) => {
      expect(() => parseBlock(text)).toThrow(text);
    },
  );
});
