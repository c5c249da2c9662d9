import { describe, expect, it } from '@jest/globals';
import { findOneOf, peopleBut, personKey } from './one-person.js';

describe('given addresses', () => {
  it.each([
    ['ADA@Acme.example'],
    ['ada+second@acme.example'],
    ['Ada Lovelace <ada@acme.example>'],
    ['Ada <ada+x@ACME.example> '],
    ['ada+a+b@acme.example'],
    ['ａda@acme.example'],
  ])('takes %s for ada@acme.example', (address) => {
    expect(personKey(address)).toBe('ada@acme.example');
  });

  it.each([['ada@acme+x.example'], ['+ada@acme.example'], ['ada.l@acme.example'], ['ada'], ['']])(
    'leaves %p as it is',
    (address) => {
      expect(personKey(address)).toBe(address);
    },
  );
});

it('finds who comes himself, and who could speak for him', () => {
  const people = ['ada@acme.example', 'bo@acme.example'];
  expect(findOneOf(people, { email: 'BO+1@acme.example' })).toBe('BO+1@acme.example');
  expect(findOneOf(people, { email: 'gus@acme.example', makers: ['hal@x.y', 'Ada@acme.example'] })).toBe(
    'Ada@acme.example',
  );
  expect(findOneOf(people, { email: 'gus@acme.example', makers: ['hal@x.y'] })).toBeUndefined();
});

it('keeps people as a set without one of them', () => {
  expect(peopleBut('ada@x.y', ['bo@x.y', 'Ada+1@x.y', 'BO@x.y', 'al@x.y'])).toEqual(['al@x.y', 'bo@x.y']);
});
