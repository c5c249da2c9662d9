import { expect, it } from '@jest/globals';
import { seal, unseal } from './seal.js';

it('gives a sealed answer back to the same secret only, and notices a change', () => {
  const sealed = seal('{"text":"gdn_…"}', 'mine', 'key-1');
  expect(sealed).not.toContain('gdn');
  expect(unseal(sealed, 'mine', 'key-1')).toBe('{"text":"gdn_…"}');
  expect(() => unseal(sealed, 'yours', 'key-1')).toThrow();
  expect(() => unseal(sealed, 'mine', 'key-2')).toThrow();
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 1] = bytes[bytes.length - 1]! ^ 1;
  expect(() => unseal(bytes.toString('base64'), 'mine', 'key-1')).toThrow();
});
