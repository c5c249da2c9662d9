import { expect, it } from '@jest/globals';
import { chainDepths } from './chain-depth.js';
import { cyclesIn } from './cycles.js';

it('finds every circle, also of one node, and nothing else', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'gone']],
    ['c', ['b', 'd']],
    ['d', ['d']],
    ['e', ['a']],
  ]);
  expect(cyclesIn(graph)).toEqual([['d'], ['b', 'c']]);
});

it('follows a chain of a hundred thousand nodes', () => {
  const nodes = Array.from({ length: 100_000 }, (_, index): [string, string[]] => [
    `n${index}`,
    [`n${index + 1}`],
  ]);
  const graph = new Map(nodes);
  expect(cyclesIn(graph)).toEqual([]);
  expect(chainDepths(graph).get('n0')).toBe(100_000);
});

it('measures the longest of several chains', () => {
  const graph = new Map([
    ['top', ['short', 'long']],
    ['short', []],
    ['long', ['longer']],
    ['longer', []],
  ]);
  expect([...chainDepths(graph)].sort()).toEqual([
    ['long', 2],
    ['longer', 1],
    ['short', 1],
    ['top', 3],
  ]);
});
