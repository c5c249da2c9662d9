import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { KeyKind, ParsedKey } from '@guidon/protocol';

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 10;

/** A new key: a public id that names it in logs, and a secret of 256 random bits. */
export function makeKey(kind: KeyKind): ParsedKey {
  const id = Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
  return { kind, id, secret: randomBytes(32).toString('base64url') };
}

export function formatKey({ kind, id, secret }: ParsedKey): string {
  return `gdn_${kind}_${id}_${secret}`;
}

/** What is stored. A plain hash is enough: the secret is random and long, so there is nothing to guess. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

export function matchesHash(secret: string, stored: Buffer): boolean {
  return timingSafeEqual(hashSecret(secret), stored);
}
