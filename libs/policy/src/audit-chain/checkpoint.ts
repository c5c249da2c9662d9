import type { ChainLink } from './audit-chain.js';

/**
 * "So the log stood then", signed with a key that the database does not hold. Whoever can write to the database can
 * hash a forged log anew from the first entry to the last; he cannot sign it.
 */
export interface Checkpoint {
  /** The newest entry at that time, and its hash. */
  readonly sequence: number;
  readonly hash: string;
  /** RFC 3339. */
  readonly at: string;
  /** Fingerprint of the public key. */
  readonly key: string;
  /** Ed25519 over `checkpointText`, base64. */
  readonly signature: string;
}

/** What is signed: one line for each field under a title, so that no signature fits anything else. */
export function checkpointText({ sequence, hash, at, key }: Omit<Checkpoint, 'signature'>): string {
  return `guidon audit checkpoint 1\n${sequence}\n${hash}\n${at}\n${key}\n`;
}

/** What a signature is worth to whoever checks it. */
export type SignatureWorth = 'good' | 'bad' | 'unknown-key';
export type JudgeSignature = (checkpoint: Checkpoint) => SignatureWorth;

export interface CheckpointTally {
  /** Checkpoints whose signature is good and whose entry is as it was. */
  readonly proven: number;
  /** The newest entry that such a checkpoint vouches for; 0 where none does. */
  readonly upTo: number;
  /** Signed with a key that is not known here: they prove nothing and refute nothing. */
  readonly unknownKey: number;
}

export const NO_CHECKPOINTS: CheckpointTally = { proven: 0, upTo: 0, unknownKey: 0 };

export type CheckpointVerdict =
  | { readonly ok: true; readonly tally: CheckpointTally }
  | { readonly ok: false; readonly sequence: number; readonly reason: string };

export interface CheckpointsOptions {
  readonly judge: JudgeSignature;
  /** From the pages before. */
  readonly tally: CheckpointTally;
}

/**
 * Holds checkpoints against the entries that they name. `links` are in order and hold every entry named that there is:
 * a checkpoint of an entry that is not among them had seen what somebody has cut off.
 */
export function verifyCheckpoints(
  checkpoints: readonly Checkpoint[],
  links: readonly ChainLink[],
  { judge, tally }: CheckpointsOptions,
): CheckpointVerdict {
  const first = links[0]?.sequence ?? 0;
  let { proven, upTo, unknownKey } = tally;
  for (const checkpoint of checkpoints) {
    const { sequence, hash, at } = checkpoint;
    const worth = judge(checkpoint);
    if (worth === 'bad')
      return { ok: false, sequence, reason: `The checkpoint of ${at} has a signature that does not fit it.` };
    if (worth === 'unknown-key') {
      unknownKey += 1;
      continue;
    }
    const link = links[sequence - first];
    if (link === undefined)
      return {
        ok: false,
        sequence,
        reason: `It is missing, though it was there when it was signed at ${at}.`,
      };
    if (link.hash !== hash)
      return { ok: false, sequence: upTo + 1, reason: rewritten({ from: upTo + 1, to: sequence, at }) };
    proven += 1;
    upTo = Math.max(upTo, sequence);
  }
  return { ok: true, tally: { proven, upTo, unknownKey } };
}

function rewritten({ from, to, at }: { from: number; to: number; at: string }): string {
  const which = from === to ? 'It was' : `It or one up to ${to} was`;
  return `${which} rewritten, with every hash after it, since the checkpoint that was signed at ${at}.`;
}
