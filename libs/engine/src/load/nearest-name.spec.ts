import { expect, it } from '@jest/globals';
import { editDistance, nearestName, suggestion } from './nearest-name.js';

it('counts edits and gives up beyond the limit', () => {
  expect(editDistance('segmnet', 'segment', 3)).toBe(2);
  expect(editDistance('kitten', 'sitting', 5)).toBe(3);
  expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
  expect(editDistance('a', 'abcd', 2)).toBe(3);
});

it('suggests the name that was probably meant, or lists a few', () => {
  expect(nearestName('enviroments', ['environments', 'expires'])).toBe('environments');
  expect(nearestName('zzzzzz', ['environments', 'expires'])).toBeUndefined();
  expect(suggestion('Production', ['production', 'staging'])).toBe('Did you mean "production"?');
  expect(suggestion('zzzzzz', ['aaa', 'bbb'])).toBe('Known here: aaa, bbb.');
});
