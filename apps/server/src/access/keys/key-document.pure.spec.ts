import { expect, test } from '@jest/globals';
import type { KeyRecord } from '../../identity/index.js';
import { keyStanding } from './key-document.js';

const KEY: KeyRecord = {
  ...{ id: 'abcdefgh', kind: 'server', secretHash: Buffer.alloc(32), owner: 'shop' },
  ...{ breakGlass: false, revoked: false, createdAtMs: 0 },
};
const tag = (changes: Partial<KeyRecord>, nowMs = 1) => keyStanding({ ...KEY, ...changes }, nowMs).tag;

test('has another tag when the key has changed, and not when it was merely used', () => {
  expect(tag({ lastUsedAtMs: 500 })).toBe(tag({}));
  const others = [tag({ revoked: true, revokedAtMs: 5 }), tag({ replacedBy: 'b' }), tag({ expiresAtMs: 9 })];
  expect(new Set([tag({}), ...others]).size).toBe(4);
  expect(tag({ expiresAtMs: 9 }, 9)).not.toBe(tag({ expiresAtMs: 9 }, 8));
});
