import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareVersion, NO_VERSION, parseVersion } from './semver.js';

const compare = (given: string, inFile: string) => compareVersion(given, parseVersion(inFile));

describe('compareVersion', () => {
  it('keeps the order of precedence that Semantic Versioning 2.0.0 gives in section 11', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
    ];
    ordered.push('1.0.0-rc.1', '1.0.0', '2.0.0', '2.1.0', '2.1.1');
    ordered.forEach((a, i) => {
      ordered.forEach((b, j) => {
        expect([a, b, compare(a, b)]).toEqual([a, b, Math.sign(i - j)]);
      });
    });
  });

  it('reads what contexts say: a leading v, parts left out, leading zeros, build metadata (sentence 23)', () => {
    expect(compare('v2.3', '2.3.0')).toBe(0);
    expect(compare('V2', '2.0.0')).toBe(0);
    expect(compare('2', '2.0.1')).toBe(-1);
    expect(compare('2024.01.15', '2024.1.15')).toBe(0);
    expect(compare('2.3.0+build.7', '2.3.0')).toBe(0);
    expect(compare('2.3-rc.1', '2.3.0')).toBe(-1);
    expect(compare('2.10.0', '2.9.9')).toBe(1);
    expect(compare('1.0.0-rc.123456789012345678901', '1.0.0-rc.99')).toBe(1);
  });

  it.each([
    '',
    'v',
    '1.',
    '.1',
    '1..2',
    '1.2.3.4',
    '1.2.x',
    ' 1.2.3',
    '1.2.3 ',
    '1.2.3-',
    '1.2.3-a..b',
    '1.2.3+',
    '1,2',
    'latest',
  ])('takes %j for no version, even where the order is clear before the fault', (text) => {
    expect(compare(text, '0.0.1')).toBe(NO_VERSION);
    expect(compare(text, '9.9.9')).toBe(NO_VERSION);
  });

  it('is antisymmetric on any two versions', () => {
    const part = fc.nat(3).map(String);
    const pre = fc.array(fc.constantFrom('1', '2', '10', 'a', 'b', 'a1', '-'), { maxLength: 3 });
    const version = fc
      .tuple(part, part, part, pre)
      .map(([a, b, c, tags]) => `${a}.${b}.${c}${tags.length > 0 ? `-${tags.join('.')}` : ''}`);
    fc.assert(
      fc.property(version, version, (a, b) => {
        // `0 -` instead of a minus sign: -0 is not 0 for toBe.
        expect(compare(a, b)).toBe(0 - compare(b, a));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses anything but three parts in a file', () => {
    for (const text of ['2.3', 'v2.3.0', '2', '2.3.0.1', ''])
      expect(() => parseVersion(text)).toThrow('three parts');
  });
});
