import { expect, test } from '@jest/globals';
import { Addresses } from './addresses.js';

const [a, b, c] = ['http://a', 'http://b', 'http://c'].map((url) => new URL(url)) as [URL, URL, URL];

test('asks in order, round and round', () => {
  const addresses = new Addresses([a, b, c]);
  const asked = Array.from({ length: 5 }, () => {
    const { current } = addresses;
    addresses.failed(current);
    return current;
  });
  expect(asked).toEqual([a, b, c, a, b]);
});

test('counts two that failed together once', () => {
  const addresses = new Addresses([a, b, c]);
  addresses.failed(a);
  addresses.failed(a);
  expect(addresses.current).toBe(b);
});

test('begins with the first again after one that had served, and with the second after the first', () => {
  const addresses = new Addresses([a, b, c]);
  addresses.failed(a);
  addresses.failed(b);
  addresses.failed(c, true);
  expect(addresses.current).toBe(a);
  addresses.failed(a, true);
  expect(addresses.current).toBe(b);
});

test('stays with the only one', () => {
  const addresses = new Addresses([a]);
  addresses.failed(a);
  addresses.failed(a, true);
  expect(addresses.current).toBe(a);
});
