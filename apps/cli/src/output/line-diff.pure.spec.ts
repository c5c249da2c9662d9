import { expect, it } from '@jest/globals';
import { lineDiff } from './line-diff.js';

it('shows what goes and comes, with two lines around, and a mark for what is left out', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', ''].join('\n');
  const after = before.replace('c\n', 'C\n').replace('j\n', '');
  expect(lineDiff(before, after)).toEqual([
    '  a',
    '  b',
    '- c',
    '+ C',
    '  d',
    '  e',
    '…',
    '  h',
    '  i',
    '- j',
    '  k',
  ]);
  expect(lineDiff(before, before)).toEqual([]);
});

it('tells line ends apart that look the same', () => {
  expect(lineDiff('a\r\nb', 'a\nb\n')).toEqual(['- a␍', '- b (no line end)', '+ a', '+ b']);
});

it('shows large differences as a whole instead of aligning them', () => {
  const many = (mark: string) =>
    `${Array.from({ length: 1200 }, (_, index) => `${mark}${index}`).join('\n')}\n`;
  expect(lineDiff(many('a'), many('b'))).toHaveLength(2400);
});
