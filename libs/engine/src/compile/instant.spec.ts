import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOf } from './instant.js';

describe('instantOf', () => {
  it('agrees with the platform on every instant that it writes itself', () => {
    const dates = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(instantOf(date.toISOString())).toBe(date.getTime());
        expect(instantOf(date.toISOString().slice(0, 10))).toBe(Date.parse(date.toISOString().slice(0, 10)));
        expect(instantOf(date)).toBe(date.getTime());
      }),
      { numRuns: 2000 },
    );
  });

  it('reads offsets, fractions, small letters and a date as 00:00 UTC (sentence 23)', () => {
    const noon = Date.UTC(2027, 1, 1, 12);
    expect(instantOf('2027-02-01T13:00:00+01:00')).toBe(noon);
    expect(instantOf('2027-02-01t06:30:00-05:30')).toBe(noon);
    expect(instantOf('2027-02-01 12:00:00z')).toBe(noon);
    expect(instantOf('2027-02-01T12:00:00.25Z')).toBe(noon + 250);
    expect(instantOf('2027-02-01')).toBe(Date.UTC(2027, 1, 1));
    expect(instantOf('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1));
  });

  it.each([
    '',
    '2027',
    '2027-02',
    '2027-02-30',
    '2027-13-01',
    '2027-00-10',
    '2027-02-01T',
    '2027-02-01T12:00Z',
    '2027-02-01T12:00:00',
    '2027-02-01T24:00:00Z',
    '2027-02-01T12:60:00Z',
    '2027-02-01T12:00:00.Z',
    '2027-02-01T12:00:00+0100',
    '2027-02-01T12:00:00Zx',
    '2027/02/01',
    '1 Feb 2027',
    '1900-02-29',
    '2027-02-01T12:00:00+24:00',
    'now',
  ])('takes %j for no date', (text) => {
    expect(instantOf(text)).toBeNaN();
  });

  it('takes nothing but text and Date objects for a date', () => {
    const posing = { getTime: () => 1 };
    const others = [1_800_000_000_000, null, undefined, true, {}, [], new Date(Number.NaN), posing, () => 1];
    for (const value of others) expect(instantOf(value)).toBeNaN();
  });

  it('knows a leap year of the fourth century from one that is none', () => {
    expect(instantOf('2000-02-29')).toBe(Date.UTC(2000, 1, 29));
    expect(instantOf('2100-02-29')).toBeNaN();
  });
});
