import { expect, test } from '@jest/globals';
import { proposalRequestSchema } from './proposal-schema.js';

const ASKED = { kind: 'kill', flag: 'a', reason: 'the site burns' };
const complaints = (changes: object) =>
  proposalRequestSchema.safeParse({ ...ASKED, ...changes }).error?.issues.map(({ message }) => message) ?? [];

test('takes each kind with what belongs to it', () => {
  for (const changes of [
    {},
    { kind: 'archive', serve: 'on' },
    { kind: 'extend-expiry', until: '2027-02-01' },
  ])
    expect(complaints(changes)).toEqual([]);
});

test('names what does not belong to a kind, and what is missing', () => {
  expect(complaints({ until: '2027-02-01', serve: 'on' })).toEqual([
    'belongs to extend-expiry only',
    'belongs to archive only',
  ]);
  expect(complaints({ kind: 'extend-expiry' })).toEqual(['say until which day, e.g. "2027-02-01"']);
  expect(complaints({ kind: 'extend-expiry', until: '2027-02-30' })).toEqual(['a day such as 2027-02-01']);
  expect(complaints({ kind: 'delete' })).toEqual(['must be one of kill, archive, extend-expiry']);
  expect(complaints({ reason: ' x ' })).toHaveLength(1);
});
