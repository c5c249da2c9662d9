import type { CommitStatus } from '@guidon/git/hosts';
import type { JudgedRevision } from '../catalog/index.js';

/** What the host was told about a revision so far. */
export interface Told {
  readonly revisionId: number;
  readonly postedState: string | undefined;
  readonly attempts: number;
  readonly nextAtMs: number;
}

/** A day: who looks at an older commit asks Guidon itself. */
export const TOLD_FOR_MS = 24 * 60 * 60 * 1000;

/** Tells our status from those of others at the same commit. */
const NAME = 'guidon/flags';

/** Which revisions the host has still to be told, oldest first; one whose state changed later is told again. */
export function decideStatuses(
  revisions: readonly JudgedRevision[],
  told: ReadonlyMap<number, Told>,
  nowMs: number,
): JudgedRevision[] {
  return revisions.filter(({ id, state }) => {
    const known = told.get(id);
    return known === undefined || (known.postedState !== state && known.nextAtMs <= nowMs);
  });
}

/** A revision as a commit status; the description is far below what hosts take. */
export function describeRevision({
  state,
  findingCount,
  frozenCount,
  heldUntil,
}: JudgedRevision): CommitStatus {
  const findings = findingCount === 0 ? 'no findings' : count(findingCount, 'finding');
  switch (state) {
    case 'accepted':
      return { name: NAME, state: 'success', description: `Accepted, ${findings}.` };
    case 'partly':
      return {
        name: NAME,
        state: 'failure',
        description: `Partly accepted, ${findings}: ${count(frozenCount, 'file')} ${frozenCount === 1 ? 'stays' : 'stay'} at the last good version.`,
      };
    case 'rejected':
      return { name: NAME, state: 'failure', description: `Rejected, ${findings}: what is live stays.` };
    case 'held':
      return { name: NAME, state: 'pending', description: `Held, ${findings}: ${waitsFor(heldUntil)}.` };
  }
}

function waitsFor(heldUntil: string | null | undefined): string {
  return typeof heldUntil === 'string'
    ? `frozen until ${heldUntil}, unless a person accepts it`
    : 'a person has to accept it';
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
