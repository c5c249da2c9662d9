import { describe, expect, it } from '@jest/globals';
import { nearKeys } from './near-keys.js';

const KNOWN = ['checkout', 'new-checkout', 'login', 'constructor', 'search-v2'];

describe('nearKeys', () => {
  it('names what a typo meant, nearest first', () => {
    expect(nearKeys('chekout', KNOWN)).toEqual(['checkout']);
    expect(nearKeys('Checkout', KNOWN)[0]).toBe('checkout');
    expect(nearKeys('serch-v2', KNOWN)).toEqual(['search-v2']);
  });

  it('names a key that holds what was typed', () => {
    expect(nearKeys('check', KNOWN)).toEqual(['checkout', 'new-checkout']);
  });

  it('names nothing for what is far from everything', () => {
    expect(nearKeys('zzzzzzzz', KNOWN)).toEqual([]);
    expect(nearKeys('', [])).toEqual([]);
  });
});
