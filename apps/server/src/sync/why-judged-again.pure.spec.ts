import { expect, it } from '@jest/globals';
import type { Provenance, RevisionHold } from '../catalog/index.js';
import { whyJudgedAgain } from './why-judged-again.js';

const NOW_MS = Date.parse('2026-11-25T12:00:00Z');
const unreviewed = (sentence: string, code = 'too-few-reviews'): RevisionHold => ({
  ...{ kind: 'unreviewed', sentence, code },
});
const people = (approvers: string[], ids = ['#12']): Provenance => ({
  ...{ authors: [], committers: [], signers: [], approvers, reviewed: true },
  pullRequests: ids.map((id) => ({ id })),
});

function why(recorded: RevisionHold[], holds: RevisionHold[], provenance?: Provenance) {
  return whyJudgedAgain({ holds: recorded }, { holds, provenance, nowMs: NOW_MS });
}

it('finds nothing new where the same holds, in other words of a host that is away', () => {
  const mass: RevisionHold = { kind: 'mass-change', sentence: 'Half of it goes.' };
  expect(why([mass, unreviewed('Nobody.')], [unreviewed('Nobody.')])).toBeUndefined();
  expect(
    why([unreviewed('time-out', 'review-not-proven')], [unreviewed('status 503', 'review-not-proven')]),
  ).toBeUndefined();
});

it('names who approved which pull request', () => {
  const before = [unreviewed('Nobody.')];
  expect(why(before, [], people(['hal']))).toBe('The pull request #12 is approved by hal.');
  expect(why(before, [], people(['gus', 'hal'], ['!3', '!4']))).toBe(
    'The pull requests !3, !4 are approved by gus, hal.',
  );
  expect(why(before, [], people([]))).toBe(
    'The pull request #12 is known to be merged by somebody else than the authors.',
  );
  expect(why(before, [], people(['hal'], []))).toBe('What was not proved before is proved now.');
});

it('tells what holds it now when that is something else, and what does no longer', () => {
  const away = unreviewed('time-out', 'review-not-proven');
  expect(why([away], [unreviewed('Only ada wrote and approved it.')])).toBe(
    'Only ada wrote and approved it.',
  );
  expect(why([unreviewed('a'), unreviewed('b')], [unreviewed('b')])).toBe('No longer true: a');
});

it('tells that a freeze has ended, and only then', () => {
  const freeze = (until: string): RevisionHold => ({
    ...{ kind: 'freeze', sentence: 'Frozen.', environment: 'production', until },
  });
  expect(why([freeze('2026-11-25T12:00:00.000Z')], [])).toBe('The freeze of production has ended.');
  expect(why([freeze('2026-11-25T12:00:00.001Z')], [])).toBeUndefined();
});
