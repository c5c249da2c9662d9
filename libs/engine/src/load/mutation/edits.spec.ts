import { describe, expect, it } from '@jest/globals';
import { type EditClass, everyEdit } from './edits.js';

const TEXT = `# a comment with "quotes" and [brackets]
safe: off # said
share: 12.5
list: ["a b"]
`;

function textsOf(wanted: EditClass): string[] {
  return everyEdit(TEXT)
    .filter((edit) => edit.class === wanted)
    .map(({ text }) => text);
}

describe('everyEdit', () => {
  it('makes every typo in a key: drop, double, replace, swap', () => {
    const texts = textsOf('key');
    for (const typo of ['afe', 'ssafe', 'dafe', 'asfe', 'sfe', 'saef', 'saf', 'safee']) {
      expect(texts).toContain(TEXT.replace('safe', typo));
    }
  });

  it('makes typos in values', () => {
    expect(textsOf('value')).toContain(TEXT.replace('off', 'of'));
    expect(textsOf('value')).toContain(TEXT.replace('a b', 'q b').replace('q b', 's b'));
  });

  it('rewrites numbers as other tools spell them', () => {
    const texts = textsOf('number');
    for (const number of ['12.50', '012.5', '+12.5', '-12.5', '1.25e1', '125', '12,5', '12.', '2.5']) {
      expect(texts).toContain(TEXT.replace('12.5', number));
    }
  });

  it('loses each line, but no comment', () => {
    expect(textsOf('line')).toHaveLength(3);
    expect(textsOf('line')).toContain(TEXT.replace('share: 12.5\n', ''));
  });

  it('moves each line by one and two', () => {
    expect(textsOf('indent')).toContain(TEXT.replace('share', '  share'));
    expect(textsOf('indent')).toHaveLength(6);
  });

  it('loses each quote and bracket outside comments', () => {
    expect(textsOf('quote')).toEqual([TEXT.replace('"a', 'a'), TEXT.replace('b"', 'b')]);
    expect(textsOf('bracket')).toEqual([TEXT.replace('["', '"'), TEXT.replace('"]', '"')]);
  });
});
