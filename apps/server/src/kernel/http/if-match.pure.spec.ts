import { expect, test } from '@jest/globals';
import { fits, parseIfMatch, tagOf } from './if-match.js';

test('reads a list of entity tags, a star, and nothing', () => {
  expect(parseIfMatch(undefined)).toBeUndefined();
  expect(parseIfMatch(' * ')).toBe('*');
  expect(parseIfMatch('"a", W/"b" ,"c"')).toEqual(['"a"', 'W/"b"', '"c"']);
});

test('refuses what is no list of entity tags', () => {
  for (const header of ['', 'a', '"a', '"a" "b"', '"a",', '*, "a"', 'w/"a"', '"a b"'])
    expect(() => parseIfMatch(header)).toThrow('One thing is wrong');
});

test('compares strongly', () => {
  expect(fits(undefined, '"a"')).toBe(true);
  expect(fits('*', '"a"')).toBe(true);
  expect(fits(['"b"', '"a"'], '"a"')).toBe(true);
  expect(fits(['W/"a"', '"b"'], '"a"')).toBe(false);
});

test('makes one tag of one value, in whatever order its members stand', () => {
  expect(tagOf({ a: 1, b: [2] })).toBe(tagOf({ b: [2], a: 1 }));
  expect(tagOf({ a: 1 })).not.toBe(tagOf({ a: 2 }));
});
