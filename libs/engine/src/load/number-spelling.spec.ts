import { expect, it } from '@jest/globals';
import { whyNumberRefused } from './number-spelling.js';

it('accepts a number that JSON prints in the same way', () => {
  for (const source of ['0', '12.5', '1000', '-3', '9007199254740991']) {
    expect(whyNumberRefused(source, Number(source))).toBeUndefined();
  }
});

it('refuses every other spelling with the number that it would be read as', () => {
  expect(whyNumberRefused('2.10', 2.1)).toMatchObject({ sentence: '2.10 would be read as 2.1.' });
  expect(whyNumberRefused('017', 17)).toMatchObject({ fix: 'Write 17, or put it in quotes if it is text.' });
  expect(whyNumberRefused('.inf', Number.POSITIVE_INFINITY)).toMatchObject({
    sentence: '.inf would be read as no number that JSON has.',
  });
  expect(whyNumberRefused('9007199254740992', 9_007_199_254_740_992)).toMatchObject({
    code: 'number-spelling',
  });
});
