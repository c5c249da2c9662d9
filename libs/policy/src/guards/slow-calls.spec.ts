import { expect, it } from '@jest/globals';
import { slowCalls, slowEdgeOf } from './slow-calls.js';

it('takes the first edge that at least 99 of 100 calls do not exceed', () => {
  expect(slowEdgeOf([900, 80, 15, 5, 0])).toBe(2);
  expect(slowEdgeOf([900, 90, 5, 5, 0])).toBe(1);
  expect(slowEdgeOf([900, 80, 15, 5, 0], { quantile: 0.95, minCalls: 1000 })).toBe(1);
});

it('knows no edge where too few calls were seen, or where the quantile lies above the last edge', () => {
  expect(slowEdgeOf([])).toBeUndefined();
  expect(slowEdgeOf([999, 0, 0])).toBeUndefined();
  expect(slowEdgeOf([900, 80, 20])).toBeUndefined();
});

it('counts the calls above the edge', () => {
  expect(slowCalls([1, 2, 3, 4], 1)).toBe(7);
  expect(slowCalls([1, 2, 3, 4], 3)).toBe(0);
  expect(slowCalls([], 2)).toBe(0);
});
