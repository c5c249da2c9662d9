import { describe, expect, test } from '@jest/globals';
import { judgeDocument, judgePatch, type Standing } from './judge.js';

const stamp = (lineage: string, generation: number, hash = `h${generation}`) => ({
  lineage,
  generation,
  hash,
});
const document = (lineage: string, generation: number, more = {}) => ({
  ...stamp(lineage, generation),
  format: 1,
  environment: 'production',
  ...more,
});
const standing: Standing = {
  held: stamp('b', 5),
  marks: new Map([
    ['a', 10],
    ['b', 5],
  ]),
  expected: undefined,
  isQuarantined: (hash) => hash === 'poison',
};

describe('judgeDocument', () => {
  test.each([
    ['a higher generation', document('b', 6), 'take'],
    ['a lower generation', document('b', 4), 'older'],
    ['the same content', document('b', 5), 'same'],
    ['the same generation with another hash', document('b', 5, { hash: 'x' }), 'take'],
    ['a new lineage, however low', document('c', 1), 'take'],
    ['an old lineage below where it once stood', document('a', 9), 'older'],
    ['an old lineage where it once stood', document('a', 10), 'take'],
    ['an unknown format', document('b', 6, { format: 2 }), 'format'],
    ['one in quarantine', document('b', 6, { hash: 'poison' }), 'quarantined'],
    ['one in quarantine in a lineage that is new', document('c', 1, { hash: 'poison' }), 'quarantined'],
  ])('judges %s', (_, offered, expected) => {
    const verdict = judgeDocument(standing, offered);
    expect(verdict.kind === 'keep' ? verdict.why : verdict.kind).toBe(expected);
  });

  test('refuses another environment than the one expected', () => {
    const verdict = judgeDocument({ ...standing, expected: 'staging' }, document('b', 6));
    expect(verdict).toEqual({ kind: 'keep', why: 'environment' });
  });
});

describe('judgePatch', () => {
  test.each([
    ['the next one', { lineage: 'b', from: 5, generation: 6 }, 'take'],
    ['one that was applied already', { lineage: 'b', from: 4, generation: 5 }, 'same'],
    ['an older one', { lineage: 'b', from: 2, generation: 3 }, 'older'],
    ['one after a gap', { lineage: 'b', from: 6, generation: 7 }, 'gap'],
    ['one that spans what is held', { lineage: 'b', from: 4, generation: 6 }, 'gap'],
    ['one of another lineage', { lineage: 'c', from: 5, generation: 6 }, 'gap'],
    ['one in quarantine', { lineage: 'b', from: 5, generation: 6, hash: 'poison' }, 'quarantined'],
  ])('judges %s', (_, patch, expected) => {
    const verdict = judgePatch(standing, { hash: 'h', ...patch });
    expect(verdict.kind === 'take' ? 'take' : verdict.why).toBe(expected);
  });

  test('asks for the whole when nothing is held', () => {
    const verdict = judgePatch(
      { ...standing, held: undefined },
      { lineage: 'b', from: 5, generation: 6, hash: 'h' },
    );
    expect(verdict).toEqual({ kind: 'refetch', why: 'nothing-held', whole: true });
  });
});
