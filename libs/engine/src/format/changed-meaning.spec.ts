import { expect, test } from '@jest/globals';
import { NOW_MS, release, sourceFiles } from '../language/scenario.js';
import { changedMeaning } from './index.js';

const before = { 'a.yaml': release('environments: { development: on }\n'), 'b.yaml': release() };

test('names the files that would mean something else, and no others', () => {
  const other = { ...before, 'a.yaml': before['a.yaml'].replace('development: on', 'development: off') };
  expect(changedMeaning(sourceFiles(before), sourceFiles(other), NOW_MS)).toEqual(['a.yaml']);
  const gone = { ...before, 'b.yaml': 'type: release\n' };
  expect(changedMeaning(sourceFiles(before), sourceFiles(gone), NOW_MS)).toEqual(['b.yaml']);
});

test('finds no difference in another layout', () => {
  const tidy = {
    ...before,
    'a.yaml': before['a.yaml'].replace('{ development: on }', '\n  development:   on'),
  };
  expect(changedMeaning(sourceFiles(before), sourceFiles(tidy), NOW_MS)).toEqual([]);
});
