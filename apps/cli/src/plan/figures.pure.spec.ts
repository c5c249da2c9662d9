import { expect, it } from '@jest/globals';
import { factor, instant, lasting, listed, measuredPercent, percent } from './figures.js';

it.each([
  [10, 100, 'ten times as many'],
  [10, 20, 'twice as many'],
  [25, 100, 'four times as many'],
  [4, 100, '25 times as many'],
  [8, 20, '2.5 times as many'],
  [100, 50, 'half as many'],
  [100, 10, 'a tenth as many'],
  [100, 4, '1/25 as many'],
  [10, 15, ''],
  [0, 100, ''],
  [100, 0, ''],
])('puts the step from %d to %d into words', (from, to, words) => {
  expect(factor(from, to)).toBe(words);
});

it('writes shares, times and lists for people', () => {
  expect([percent(12.5), percent(100 / 3), measuredPercent(22.44), measuredPercent(0.034)]).toEqual([
    '12.5 %',
    '33.333 %',
    '22.4 %',
    '0.03 %',
  ]);
  expect([60_000, 900_000, 86_400_000, 1_814_400_000, 5_400_000, 1_500].map(lasting)).toEqual([
    '1 minute',
    '15 minutes',
    '24 hours',
    '21 days',
    '90 minutes',
    '1500 ms',
  ]);
  expect(instant(Date.parse('2026-12-05T10:00:00+01:00'))).toBe('2026-12-05 09:00 UTC');
  expect(listed(['a'], 'or')).toBe('a');
  expect(listed(['a', 'b', 'c'], 'or')).toBe('a, b or c');
  expect(listed(['a', 'b', 'c', 'd'], 'and', 3)).toBe('a, b and 2 others');
});
