import { createHash } from 'node:crypto';
import type { Finding } from '@guidon/engine/model';

/**
 * One fingerprint for each finding, by which a service knows it again after the file was edited elsewhere: lines,
 * columns and positions in lists do not count, only the file, the code, the keys on the way and what is said. What is
 * the same in all of these is numbered.
 */
export function fingerprintsOf(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ path, code, pointer, sentence }) => {
    const identity = JSON.stringify([path, code, pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*'), sentence]);
    const earlier = seen.get(identity) ?? 0;
    seen.set(identity, earlier + 1);
    return createHash('sha256').update(`${identity}${earlier}`).digest('hex').slice(0, 32);
  });
}
