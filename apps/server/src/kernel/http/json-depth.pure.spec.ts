import { expect, test } from '@jest/globals';
import { isJsonDeeperThan } from './json-depth.js';

test('counts objects and lists alike', () => {
  const text = '{"a": [{"b": []}, {"c": {}}]}';
  expect([3, 4].map((levels) => isJsonDeeperThan(text, levels))).toEqual([true, false]);
  expect(isJsonDeeperThan('7', 0)).toBe(false);
});

test('does not mind brackets inside of strings, however they are escaped', () => {
  for (const inner of ['[[[[', '\\"[[[[', '\\\\', '{"'])
    expect(isJsonDeeperThan(JSON.stringify({ a: inner, b: 1 }), 1)).toBe(false);
  expect(isJsonDeeperThan('{"a": "\\\\", "b": [[]]}', 2)).toBe(true);
});

test('stops early in text that goes down for ever', () => {
  expect(isJsonDeeperThan('['.repeat(1_000_000), 20)).toBe(true);
});
