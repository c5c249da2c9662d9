import { createHash } from 'node:crypto';
import { whyBranchRefused } from '@guidon/git';

/** The folder of names that all our branches lie in. */
export const BRANCHES = 'guidon';

/**
 * The branch of a proposal, `guidon/<kind>-<subject>`. A few keys that the language allows are no name for Git (`a..b`,
 * `x.lock`); those are spelt with dashes and told apart by a digest.
 */
export function branchOf(kind: string, subject: string): string {
  const plain = `${BRANCHES}/${kind}-${subject}`;
  if (whyBranchRefused(plain) === undefined) return plain;
  const digest = createHash('sha256').update(subject).digest('hex').slice(0, 10);
  return `${BRANCHES}/${kind}-${subject.replace(/[^A-Za-z0-9]+/g, '-')}-${digest}`;
}
