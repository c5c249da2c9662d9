import { expect, test } from '@jest/globals';
import { pressRequestSchema } from './red-button-schema.js';

const press = (scope: unknown) =>
  pressRequestSchema.safeParse({ scope, environments: 'all', reason: 'the site burns' });
const complaints = (scope: unknown) => press(scope).error?.issues.map(({ message }) => message) ?? [];

test('takes each scope by itself', () => {
  for (const scope of [
    { flag: 'a' },
    { tag: 'a' },
    { team: 'a' },
    { commit: 'abcdef1' },
    { rollouts: true },
    { all: true },
  ]) {
    expect(press(scope).data?.scope).toEqual(scope);
  }
});

test('says what a scope is when none or two are named', () => {
  for (const scope of [{}, { flag: 'a', all: true }]) {
    expect(complaints(scope)).toEqual([expect.stringContaining('exactly one of flag, tag, team, commit')]);
  }
});

test('names the one thing that is wrong with a scope', () => {
  expect(complaints({ commit: 'HEAD' })).toEqual([expect.stringContaining('hexadecimal digits of its id')]);
  expect(complaints({ flags: 'a' })[0]).toContain('flags');
  expect(complaints({ all: false })).toHaveLength(1);
});
