import { expect, it } from '@jest/globals';
import { signersAt } from './signers-at.js';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const KEY = 'ssh-ed25519 AAAAC3 a comment';

it('keeps what counts, comments and lines that it does not understand as they are', () => {
  const text = [
    '# ssh-ed25519 valid-before="20200101Z"',
    `ada@acme.example ${KEY}`,
    `ada@acme.example,bo@acme.example namespaces="git",valid-before="20261123120001Z" ${KEY}`,
    `bo@acme.example valid-after="20261123115959Z" ${KEY}`,
    'nonsense valid-before="20200101Z"',
    '',
  ].join('\n');
  expect(signersAt(text, NOW_MS)).toBe(text);
});

it('marks keys that are over or not yet valid as expired, whatever their options look like', () => {
  const old = `ada@acme.example valid-before="19700102" ${KEY}`;
  for (const options of [
    'valid-before="20261123115959Z"',
    'valid-before=202611231159Z',
    'namespaces="git",VALID-BEFORE="20261123Z",cert-authority',
    'valid-after="20261124Z"',
    'valid-after="20200101Z",valid-before="20210101Z"',
  ]) {
    expect(signersAt(`ada@acme.example ${options} ${KEY}`, NOW_MS)).toBe(old);
  }
});

it('reads times without a zone in the time zone of the machine, as ssh-keygen does', () => {
  const noon = new Date(2026, 10, 23, 12, 0, 0).getTime();
  const line = `ada@acme.example valid-before="202611231200" ${KEY}`;
  expect(signersAt(line, noon)).toBe(line);
  expect(signersAt(line, noon + 1)).toContain('19700102');
});
