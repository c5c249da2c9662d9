import { createHash, createPublicKey, verify } from 'node:crypto';
import { checkpointText, type JudgeSignature } from '@guidon/policy/audit-chain';
import { CliError } from '../cli-error.js';

/** What stands before the 32 bytes of a public key in SPKI (RFC 8410, section 4). */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Checks checkpoints against one public key, or against none: then nothing is proven by them. */
export function judgeBy(publicKey: string | undefined): JudgeSignature {
  if (publicKey === undefined) return () => 'unknown-key';
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== KEY_BYTES)
    throw new CliError('--public-key wants 32 bytes in base64; `guidon audit verify` prints it.', {
      usage: true,
    });
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, raw]), format: 'der', type: 'spki' });
  const fingerprint = createHash('sha256').update(raw).digest('hex').slice(0, 16);
  return (checkpoint) => {
    if (checkpoint.key !== fingerprint) return 'unknown-key';
    const text = Buffer.from(checkpointText(checkpoint));
    return verify(null, text, key, Buffer.from(checkpoint.signature, 'base64')) ? 'good' : 'bad';
  };
}
