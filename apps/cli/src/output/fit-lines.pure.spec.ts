import { describe, expect, it } from '@jest/globals';
import { cutLine, widthOf, wrapText } from './fit-lines.js';
import { paintFor } from './paint.js';

const paint = paintFor(true);

describe('the width of a text', () => {
  it('is that of its signs: none for colours and accents, two for wide ones', () => {
    expect(widthOf('abc')).toBe(3);
    expect(widthOf(paint.red('abc'))).toBe(3);
    expect(widthOf('日本')).toBe(4);
    expect(widthOf('e\u0301')).toBe(1);
    expect(widthOf('✔ ▶ · ‖ █░')).toBe(10);
  });
});

describe('a line that is too wide', () => {
  it('is cut so that it fits, with a mark, and ends its colours', () => {
    expect(cutLine('abcdef', 6)).toBe('abcdef');
    expect(cutLine('abcdef', 5)).toBe('abcd…');
    expect(cutLine('日本語', 5)).toBe('日本…');
    const cut = cutLine(paint.red('abcdef'), 4);
    expect(widthOf(cut)).toBe(4);
    expect(cut).toBe(`${paint.red('abc…').slice(0, -5)}\u001b[0m`);
  });
});

describe('a sentence', () => {
  it('goes over as many lines as it needs, each behind the indent', () => {
    expect(wrapText('one two three four', 9, '  ')).toEqual(['  one two', '  three', '  four']);
    expect(wrapText('', 9, '  ')).toEqual([]);
    expect(wrapText('a-word-that-is-longer than', 9)).toEqual(['a-word-that-is-longer', 'than']);
  });
});
