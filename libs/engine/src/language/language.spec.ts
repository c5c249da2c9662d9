import { expect, it } from '@jest/globals';
import './files-and-yaml.cases.js';
import './flags.cases.js';
import './conditions.cases.js';
import './percentages.cases.js';
import './rollouts.cases.js';
import './flag-tests.cases.js';
import { sentencesWithoutTest } from './sentence.js';

it('names every sentence of the language', () => {
  expect(sentencesWithoutTest(40)).toEqual([]);
});
