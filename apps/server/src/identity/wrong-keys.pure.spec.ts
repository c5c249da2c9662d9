import { expect, it } from '@jest/globals';
import { WrongKeys } from './wrong-keys.js';

it('lets a source try for a while, slows it down, and forgives with time', () => {
  let nowMs = 0;
  const wrong = new WrongKeys(() => nowMs);
  const tries = (source: string, count: number) =>
    Array.from({ length: count }, () => wrong.isTooMany(source));
  expect(tries('10.0.0.1', 30)).toEqual(Array(30).fill(false));
  expect(wrong.isTooMany('10.0.0.1')).toBe(true);
  expect(wrong.isTooMany('10.0.0.2')).toBe(false);
  nowMs += 2000;
  expect(tries('10.0.0.1', 3)).toEqual([false, false, true]);
});

it('remembers a bounded number of sources', () => {
  const wrong = new WrongKeys(() => 0);
  for (let index = 0; index < 31; index += 1) wrong.isTooMany('first');
  expect(wrong.isTooMany('first')).toBe(true);
  for (let index = 0; index < 10_000; index += 1) wrong.isTooMany(`source-${index}`);
  expect(wrong.isTooMany('first')).toBe(false);
});
