import { expect, it } from '@jest/globals';
import { DomainError } from '../problem/index.js';
import { asDomainError, isDatabaseMisconfigured } from './database-errors.js';

const coded = (code: string) => Object.assign(new Error('driver'), { code });

it.each(['ECONNREFUSED', '57P01', '08006', '53300', '57014', '55P03'])(
  'takes %s for a database that is away',
  (code) => {
    const error = asDomainError(coded(code));
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: 'database-unavailable', params: { retryAfterSeconds: 2 } });
  },
);

it('looks inside the error that joins the failures of several addresses', () => {
  expect(asDomainError(new AggregateError([coded('ECONNREFUSED')]))).toMatchObject({
    code: 'database-unavailable',
  });
});

it('leaves mistakes of a query and our own refusals as they are', () => {
  const own = new DomainError('scope-empty', { detail: 'x' });
  for (const error of [coded('23505'), coded('42703'), own, new Error('bug'), 'text', undefined])
    expect(asDomainError(error)).toBe(error);
});

it('tells a wrong password and a missing database from an absent server', () => {
  expect(['28P01', '28000', '3D000', '57P03'].map((code) => isDatabaseMisconfigured(coded(code)))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
