import type { Signature } from './mirror-types.js';
import { failure, type GitRunner, runToEnd } from './run-git.js';

/**
 * Whose signature a commit carries. SSH signatures are verified by git with the list of signers given and with nothing
 * of any user's configuration; every other form counts as foreign, and no other program is started for it.
 */
export async function readSignature(
  runner: GitRunner,
  commit: string,
  signersFile: string,
): Promise<Signature> {
  // Who pushes decides how long a commit is; this way of running git has a bound for what it may print.
  const raw = await runToEnd(runner, ['cat-file', 'commit', commit]);
  if (raw.code !== 0) throw failure(runner, 'cat-file', raw.stderr);
  const kind = signatureKind(raw.stdout);
  if (kind !== 'ssh') return kind === 'none' ? { kind } : { kind: 'foreign', format: kind };
  const ended = await runToEnd(runner, [
    ...['-c', `gpg.ssh.allowedSignersFile=${signersFile}`],
    ...['-c', 'gpg.ssh.program=ssh-keygen', '-c', 'gpg.ssh.revocationFile='],
    // A key that is not on the list is a failure and not a good signature of somebody unknown.
    ...['-c', 'gpg.minTrustLevel=fully'],
    ...['verify-commit', '--raw', commit],
  ]);
  return signatureFrom(ended.code, `${ended.stdout}\n${ended.stderr}`);
}

type SignatureKind = 'ssh' | 'none' | 'OpenPGP' | 'X.509' | 'unknown';

const BEGINNINGS: readonly (readonly [text: string, kind: SignatureKind])[] = [
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN PGP SIGNATURE-----', 'OpenPGP'],
  ['-----BEGIN PGP MESSAGE-----', 'OpenPGP'],
  ['-----BEGIN SIGNED MESSAGE-----', 'X.509'],
];

/** By the header of the raw commit; what stands in its message is no signature. */
export function signatureKind(raw: string): SignatureKind {
  const end = raw.indexOf('\n\n');
  const header = end === -1 ? raw : raw.slice(0, end);
  const signature = /^gpgsig(?:-sha256)? (.*)$/m.exec(header)?.[1];
  if (signature === undefined) return 'none';
  return BEGINNINGS.find(([text]) => signature.trim() === text)?.[1] ?? 'unknown';
}

/** ssh-keygen's own words, the same since it can do this: https://man.openbsd.org/ssh-keygen.1 (-Y verify). */
const GOOD = /^Good "git" signature for (.+) with \S+ key (SHA256:\S+)$/m;
const UNKNOWN = /^Good "git" signature with \S+ key (SHA256:\S+)$/m;
const NO_PROGRAM = /cannot run ssh-keygen|ssh-keygen: (command )?not found|ssh-keygen -Y .* is needed/;

/** What git and ssh-keygen made of it. Only exit code 0 together with a named signer is good; nothing else ever is. */
export function signatureFrom(code: number | null, words: string): Signature {
  const good = GOOD.exec(words);
  if (code === 0 && good !== null)
    return { kind: 'good', principal: good[1] as string, fingerprint: good[2] as string };
  if (NO_PROGRAM.test(words)) {
    const sentence =
      'This machine has no ssh-keygen (OpenSSH 8.2 or newer), so no signature can be verified on it.';
    return { kind: 'unverifiable', sentence };
  }
  const fingerprint = (UNKNOWN.exec(words) ?? []).at(1);
  if (fingerprint === undefined) return { kind: 'bad' };
  const isTimed = /key (has expired|is not yet valid)/.test(words);
  return { kind: isTimed ? 'expired-signer' : 'unknown-signer', fingerprint };
}
