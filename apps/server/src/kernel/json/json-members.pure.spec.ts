import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasRepeatedMembers } from './json-members.js';

const repeats = (text: string) => hasRepeatedMembers(text, JSON.parse(text));

test('finds a member that is named twice, at any depth and however it is written', () => {
  expect(repeats('{"a":1,"a":1}')).toBe(true);
  expect(repeats('[{"b":{"a":1,"\\u0061":2}}]')).toBe(true);
  expect(repeats('{"__proto__":1,"__proto__":2}')).toBe(true);
});

test('finds none where each is named once', () => {
  expect(repeats('{"a":":","b":{"a":"\\":\\\\"}, "c":[{"a":1},{"a":2}]}')).toBe(false);
  expect(repeats('{"__proto__":{"a":1},"constructor":{"a":1}}')).toBe(false);
  for (const text of ['1', 'null', '":"', '[]', '{}']) expect(repeats(text)).toBe(false);
});

test('never finds one in what was written by JSON.stringify', () => {
  fc.assert(fc.property(fc.json(), (text) => !repeats(text)));
});
