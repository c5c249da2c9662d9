import { expect, test } from '@jest/globals';
import { hashSecret, makeKey, SecretCheck } from './key-secret.js';

test('lets the right secret in and no other, before and after it has been proven', () => {
  const { secret } = makeKey('server');
  const check = new SecretCheck(hashSecret(secret));
  const wrong = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A');
  const presented = [wrong, secret, wrong, secret.slice(0, -1), `${secret}x`, '', secret];
  expect(presented.map((one) => check.fits(one))).toEqual([false, true, false, false, false, false, true]);
});

test('tells a short secret from the proven one, also right after the proven one was presented', () => {
  const { secret } = makeKey('web');
  const check = new SecretCheck(hashSecret(secret));
  expect([secret, secret, secret.slice(0, 42)].map((one) => check.fits(one))).toEqual([true, true, false]);
});
