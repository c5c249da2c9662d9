import { expect, it } from '@jest/globals';
import { signatureFrom, signatureKind } from './signature.js';

const GOOD = 'Good "git" signature for ada@acme.example with ED25519 key SHA256:abc+/0';
const UNKNOWN = 'Good "git" signature with ED25519 key SHA256:abc\nNo principal matched.';

it('takes only exit code 0 with a named signer for good', () => {
  expect(signatureFrom(0, `\n${GOOD}\n`)).toEqual({
    kind: 'good',
    principal: 'ada@acme.example',
    fingerprint: 'SHA256:abc+/0',
  });
  expect(signatureFrom(1, GOOD).kind).toBe('bad');
  expect(signatureFrom(null, GOOD).kind).toBe('bad');
  expect(signatureFrom(0, '').kind).toBe('bad');
  expect(signatureFrom(0, UNKNOWN).kind).toBe('unknown-signer');
});

it('tells a key that is not on the list from one that no longer counts, and from a forgery', () => {
  expect(signatureFrom(1, UNKNOWN)).toEqual({ kind: 'unknown-signer', fingerprint: 'SHA256:abc' });
  const over = `/x/signers:1: key has expired: verify time 2026 > valid-before 1970\n${UNKNOWN}`;
  expect(signatureFrom(1, over).kind).toBe('expired-signer');
  expect(signatureFrom(1, 'Could not verify signature.\nincorrect signature').kind).toBe('bad');
});

it('says in one sentence that the machine has no ssh-keygen', () => {
  const answer = signatureFrom(1, 'error: cannot run ssh-keygen: No such file or directory');
  expect(answer).toEqual({
    kind: 'unverifiable',
    sentence: expect.stringMatching(/^This machine has no ssh-keygen .*\.$/),
  });
});

it('finds the form of a signature in the header only', () => {
  const commit = (header: string, message = 'x') => `tree 1\nauthor A <a> 1 +0000\n${header}\n\n${message}\n`;
  const forged = 'x\n\ngpgsig -----BEGIN SSH SIGNATURE-----';
  expect(signatureKind(commit('committer A <a> 1 +0000', forged))).toBe('none');
  expect(signatureKind(commit('gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI'))).toBe('ssh');
  expect(signatureKind(commit('gpgsig-sha256 -----BEGIN PGP SIGNATURE-----\n x'))).toBe('OpenPGP');
  expect(signatureKind(commit('gpgsig -----BEGIN SIGNED MESSAGE-----\n x'))).toBe('X.509');
  expect(signatureKind(commit('gpgsig garbage'))).toBe('unknown');
});
