import type { EntryFacts } from './entry-facts.js';

const ALWAYS: ReadonlySet<string> = new Set([
  'kill.revive',
  'kill.expire',
  'revision.hold',
  'revision.reject',
  'revision.rollback',
  'revision.unpin',
  'wave.roll-back',
]);

/**
 * Whether somebody is told of an entry unasked. What goes as planned stays quiet: an accepted commit, a wave that moves on.
 * Transitions of rollouts are told by the machine, which knows which of them are worth it.
 */
export function isTold({ action, subject }: Pick<EntryFacts, 'action' | 'subject'>): boolean {
  if (action === 'kill.press') return subject.stoodAlready !== true;
  if (action === 'revision.publish') return subject.state === 'partly';
  return ALWAYS.has(action);
}
