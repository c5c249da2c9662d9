import { expect, it } from '@jest/globals';
import type { Head, RevisionHold } from '../catalog/index.js';
import { demandOf } from './accept-permit.js';

const COMMIT = 'c'.repeat(40);
const HEAD: Head = {
  ...{ environment: 'production', generation: 5, hash: 'a', revision: 'ca', revisionId: 1, removed: false },
};
const NOT_SERVED = { hash: 'b', revision: COMMIT, revisionId: 2, sentences: [], sinceMs: 0 };
const hold = (kind: RevisionHold['kind'], environment?: string): RevisionHold => ({
  ...{ kind, sentence: 'It waits.' },
  ...(environment === undefined ? {} : { environment }),
});

function demand(holds: readonly RevisionHold[], heads: readonly Head[] = [HEAD]) {
  const state = holds.length === 0 ? ('accepted' as const) : ('held' as const);
  const record = { commit: COMMIT, state, holds, author: 'Ada <ada@acme.example>' };
  return demandOf(record, { heads, protectedOnes: ['production', 'vault'] });
}

it('demands the protected environments for what keeps only those back, and those that holds name', () => {
  for (const kind of ['unreviewed', 'unsigned', 'rewritten-history'] as const)
    expect(demand([hold(kind)])).toMatchObject({
      ...{ action: 'revision.accept', environments: ['production', 'vault'] },
    });
  expect(demand([hold('freeze', 'staging')]).environments).toEqual(['staging']);
  expect(demand([hold('freeze', 'staging'), hold('unsigned')]).environments).toEqual([
    ...['production', 'staging', 'vault'],
  ]);
});

it('demands every environment for what holds all of them, and where nothing is protected', () => {
  for (const kind of ['mass-change', 'access-change', 'signers-change', 'protection-change'] as const)
    expect(demand([hold(kind), hold('freeze', 'production')]).environments).toBe('all');
  const record = { commit: COMMIT, state: 'held' as const, holds: [hold('unsigned')], author: 'ada' };
  expect(demandOf(record, { heads: [], protectedOnes: [] }).environments).toBe('all');
});

it('demands the environments where a wave took it back or where it waits in a freeze', () => {
  const taken: Head = { ...HEAD, held: { ...NOT_SERVED, why: 'rolled-back' } };
  const frozen: Head = { ...HEAD, environment: 'vault', waiting: { ...NOT_SERVED, why: 'freeze' } };
  expect(demand([], [taken, { ...HEAD, environment: 'staging' }]).environments).toEqual(['production']);
  expect(demand([], [taken, frozen]).environments).toEqual(['production', 'vault']);
  // One word lets it go on everywhere.
  const both = demand([hold('freeze', 'staging')], [taken]);
  expect(both.environments).toEqual(['production', 'staging']);
  const other: Head = { ...HEAD, held: { ...NOT_SERVED, revision: 'd'.repeat(40), why: 'rolled-back' } };
  expect(demand([], [other]).environments).toBe('all');
});

it('takes nobody for the author by claims where signatures are required and missing', () => {
  expect(demand([hold('unsigned')]).isAnybodys).toBe(true);
  expect(demand([hold('unreviewed'), hold('rewritten-history')]).isAnybodys).toBe(false);
  const provenance = {
    ...{ authors: ['Eve <eve@acme.example>'], committers: ['Eve <eve@acme.example>'] },
    ...{ signers: ['ada@acme.example'], approvers: [], pullRequests: [], reviewed: false },
  };
  const record = {
    commit: COMMIT,
    state: 'held' as const,
    holds: [hold('unreviewed')],
    author: 'Eve',
    provenance,
  };
  expect(demandOf(record, { heads: [], protectedOnes: ['production'] }).authors).toContain(
    'ada@acme.example',
  );
});

it('binds an agreement to what was seen', () => {
  expect(demand([hold('freeze', 'production')]).about).toEqual({ commit: COMMIT, holds: ['freeze'] });
  expect(demand([hold('unreviewed'), hold('freeze', 'production'), hold('unreviewed')]).about).toEqual({
    ...{ commit: COMMIT, holds: ['freeze', 'unreviewed'] },
  });
  const taken: Head = { ...HEAD, held: { ...NOT_SERVED, why: 'rolled-back' } };
  expect(demand([], [taken]).about).toEqual({ commit: COMMIT, holds: [], keptBack: ['production'] });
});
