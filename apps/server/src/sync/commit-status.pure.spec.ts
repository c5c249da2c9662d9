import { expect, it } from '@jest/globals';
import type { JudgedRevision } from '../catalog/index.js';
import { decideStatuses, describeRevision, type Told } from './commit-status.js';

const AT_MS = 1_000_000;

function revision(
  id: number,
  state: JudgedRevision['state'] = 'accepted',
  more: object = {},
): JudgedRevision {
  return { id, commit: String(id).repeat(40), state, findingCount: 0, frozenCount: 0, ...more };
}

function told(revisionId: number, more: Partial<Told> = {}): [number, Told] {
  return [revisionId, { revisionId, postedState: 'accepted', attempts: 0, nextAtMs: AT_MS, ...more }];
}

it('tells what was not told, what has changed since, and what failed when its time has come', () => {
  const revisions = [revision(1), revision(2), revision(3, 'rejected'), revision(4), revision(5)];
  const known = new Map([
    told(1),
    told(3),
    told(4, { postedState: undefined, nextAtMs: AT_MS + 1 }),
    told(5, { postedState: undefined }),
  ]);
  expect(decideStatuses(revisions, known, AT_MS).map(({ id }) => id)).toEqual([2, 3, 5]);
});

it('says in a line how a commit was judged', () => {
  expect(describeRevision(revision(1))).toEqual({
    name: 'guidon/flags',
    state: 'success',
    description: 'Accepted, no findings.',
  });
  const partly = revision(2, 'partly', { findingCount: 3, frozenCount: 2 });
  expect(describeRevision(partly)).toMatchObject({
    state: 'failure',
    description: 'Partly accepted, 3 findings: 2 files stay at the last good version.',
  });
  expect(describeRevision(revision(3, 'rejected', { findingCount: 1 }))).toMatchObject({
    state: 'failure',
    description: 'Rejected, 1 finding: what is live stays.',
  });
  expect(describeRevision(revision(4, 'held', { heldUntil: null }))).toMatchObject({
    state: 'pending',
    description: 'Held, no findings: a person has to accept it.',
  });
  const heldUntil = '2026-12-01T00:00:00.000Z';
  expect(describeRevision(revision(5, 'held', { heldUntil })).description).toBe(
    'Held, no findings: frozen until 2026-12-01T00:00:00.000Z, unless a person accepts it.',
  );
});
