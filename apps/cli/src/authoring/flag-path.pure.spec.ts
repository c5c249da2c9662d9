import { describe, expect, it } from '@jest/globals';
import { flagPath } from './flag-path.js';

describe('flagPath', () => {
  it('puts a flag at the top, or into the folder that is named', () => {
    expect(flagPath('one-click', undefined)).toBe('one-click');
    expect(flagPath('one-click', './checkout/')).toBe('checkout/one-click');
    expect(flagPath('one-click', 'checkout\\pay')).toBe('checkout/pay/one-click');
  });

  it.each([
    ['guidon', undefined, /^The key guidon is reserved: guidon\.yaml is the project file\./],
    ['Guidon', 'checkout', /: the name guidon\.yaml is reserved for the project file\.$/],
    ['x.test', undefined, /^The ending \.test is reserved: x\.test\.yaml would be the test of a flag x\./],
    ['x.test.test', undefined, /: the ending "\.test" is reserved for the tests beside the flags\.$/],
    ['x', 'segments', /^The folder segments is reserved: segments\/x\.yaml would be a segment\./],
    ['pay/x', undefined, /^A key names no folder: the key would be x\. Give the folder by --folder\.$/],
    ['x', '../away', /leaves the flags folder/],
    [
      'a b',
      undefined,
      /^"a b" is no flag key\. A key has letters, digits, .* begins with a letter or digit\.$/,
    ],
  ])('says of %s in the folder %s why it cannot be', (key, folder, why) => {
    expect(() => flagPath(key, folder)).toThrow(why);
  });

  it('speaks of letters only where they are the reason', () => {
    for (const [key, folder] of [['guidon'], ['x.test'], ['x', 'segments'], ['x', '../away']] as const)
      expect(() => flagPath(key, folder)).toThrow(/^(?!.*has letters)/);
  });
});
