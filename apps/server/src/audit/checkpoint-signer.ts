import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import {
  type Checkpoint,
  checkpointText,
  type JudgeSignature,
  type SignatureWorth,
} from '@guidon/policy/audit-chain';

/** What stands before the 32 bytes of a seed in PKCS #8 (RFC 8410, section 7) and of a public key in SPKI (section 4). */
const SEED_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const FINGERPRINT_LENGTH = 16;

/** Signs checkpoints with the Ed25519 key of the configuration. */
export class CheckpointSigner {
  /** 32 bytes, base64: for whoever checks an export elsewhere. */
  readonly publicKey: string;
  readonly fingerprint: string;
  private readonly key: KeyObject;

  /** `seed`: 32 bytes. */
  constructor(seed: Uint8Array) {
    this.key = createPrivateKey({ key: Buffer.concat([SEED_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.key).export({ format: 'der', type: 'spki' });
    this.publicKey = spki.subarray(PUBLIC_PREFIX.length).toString('base64');
    this.fingerprint = fingerprintOf(this.publicKey);
  }

  sign(stand: { readonly sequence: number; readonly hash: string; readonly at: string }): Checkpoint {
    const unsigned = { ...stand, key: this.fingerprint };
    const signature = sign(null, Buffer.from(checkpointText(unsigned)), this.key).toString('base64');
    return { ...unsigned, signature };
  }
}

/** The first half of SHA-256 over the raw public key, in hexadecimal. */
export function fingerprintOf(publicKey: string): string {
  return createHash('sha256')
    .update(Buffer.from(publicKey, 'base64'))
    .digest('hex')
    .slice(0, FINGERPRINT_LENGTH);
}

/** Checks signatures against the public keys that are known (base64 of 32 bytes each). */
export function judgeWith(publicKeys: readonly string[]): JudgeSignature {
  const known = new Map(publicKeys.map((text) => [fingerprintOf(text), keyOf(text)]));
  return (checkpoint): SignatureWorth => {
    const key = known.get(checkpoint.key);
    if (key === undefined) return 'unknown-key';
    const text = Buffer.from(checkpointText(checkpoint));
    return verify(null, text, key, Buffer.from(checkpoint.signature, 'base64')) ? 'good' : 'bad';
  };
}

function keyOf(publicKey: string): KeyObject {
  const key = Buffer.concat([PUBLIC_PREFIX, Buffer.from(publicKey, 'base64')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** The public half, for whoever verifies; absent where no signing key is configured. */
export interface AuditKey {
  readonly publicKey?: string;
}

/** Injection token. */
export const AUDIT_KEY = Symbol('AuditKey');
