import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportMissing } from './requirement.js';
import { temporaryFolder } from './temporary-folder.js';

/** A key pair that ssh-keygen made, without a passphrase. */
export interface SshKey {
  /** File of the private key, for `user.signingkey`. */
  readonly file: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
  /** A line for `allowed_signers`. */
  signer(principal: string, options?: string): string;
  /** Arguments that make git sign with this key: `person.git(...key.signing, 'commit', …)`. */
  readonly signing: readonly string[];
}

/** Whether the machine has ssh-keygen; says loudly that tests are skipped when it has none. */
export async function findSshKeygen(): Promise<boolean> {
  try {
    await makeSshKey();
    return true;
  } catch (error) {
    reportMissing('ssh-keygen', error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** Makes an Ed25519 key in a temporary folder; rejects on a machine without ssh-keygen. */
export async function makeSshKey(): Promise<SshKey> {
  const file = join(await temporaryFolder('guidon-key'), 'key');
  await run(['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  const [type, body] = (await readFile(`${file}.pub`, 'utf8')).trim().split(' ') as [string, string];
  const publicKey = `${type} ${body}`;
  return {
    file,
    publicKey,
    signer: (principal, options) =>
      `${principal} ${options === undefined ? '' : `${options} `}${publicKey}\n`,
    signing: ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${file}`, '-c', 'commit.gpgSign=true'],
  };
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('ssh-keygen', [...args], { timeout: 30_000 }, (error) =>
      error === null ? resolve() : reject(error),
    );
  });
}
