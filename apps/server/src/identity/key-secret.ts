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

/** `parseKey` lets no other length through. */
const SECRET_LENGTH = 43;
/** Where presented secrets are laid beside the proven one; overwritten by the next request. */
const presented = Buffer.alloc(SECRET_LENGTH);

/**
 * Compares presented secrets with a stored hash, in constant time. A secret that fitted once is kept in memory and
 * compared as it is from then on: hashing it anew would be the dearest part of answering an SDK.
 */
export class SecretCheck {
  #proven: Buffer | undefined;

  constructor(private readonly stored: Buffer) {}

  /** `secret` has the form of a key's secret: 43 characters of base64url. */
  fits(secret: string): boolean {
    if (this.#proven !== undefined) {
      presented.write(secret, 'latin1');
      return timingSafeEqual(presented, this.#proven) && secret.length === SECRET_LENGTH;
    }
    if (!timingSafeEqual(hashSecret(secret), this.stored)) return false;
    this.#proven = Buffer.from(secret, 'latin1');
    return true;
  }
}
