import { describe, expect, it } from '@jest/globals';
import { decidePublication, type PublicationFacts } from './decide-publication.js';
import type { Head } from './head.js';

const HEADS: readonly Head[] = [
  { environment: 'development', generation: 4, hash: 'h1', revision: 'c1', revisionId: 7, removed: false },
  { environment: 'production', generation: 9, hash: 'h2', revision: 'c0', revisionId: 6, removed: false },
];
const NEWEST = { revisionId: 7, commit: 'c1' };

function offered(environment: string, hash: string) {
  return { environment, hash, protected: environment === 'production', stages: [] };
}

function facts(change: Partial<PublicationFacts>): PublicationFacts {
  return {
    commit: 'c2',
    baseRevisionId: 7,
    nowMs: 0,
    environments: [offered('development', 'h1'), offered('production', 'h2')],
    holds: [],
    isWhole: true,
    accepted: false,
    ...change,
  };
}

const STATE = { newest: NEWEST, heads: HEADS };

describe('decidePublication', () => {
  it('grows the generation only where the content changed', () => {
    const environments = [offered('development', 'h1'), offered('production', 'h3')];
    expect(decidePublication(facts({ environments }), STATE, 8)).toMatchObject({
      kind: 'publish',
      heads: [{ environment: 'production', generation: 10, hash: 'h3', revision: 'c2', revisionId: 8 }],
    });
  });

  it('begins at generation 1 for a new environment', () => {
    const environments = [...(facts({}).environments ?? []), offered('staging', 'h9')];
    expect(decidePublication(facts({ environments }), STATE, 8)).toMatchObject({
      heads: [{ environment: 'staging', generation: 1 }],
    });
  });

  it('keeps what an environment serves when it leaves, and goes on from there when it comes back', () => {
    const gone = decidePublication(facts({ environments: [offered('development', 'h1')] }), STATE, 8);
    expect(gone).toMatchObject({ heads: [{ ...HEADS[1], removed: true }] });
    const removed: Head = { ...(HEADS[1] as Head), removed: true };
    const back = (hash: string) =>
      decidePublication(
        facts({ commit: 'c3', baseRevisionId: 8, environments: [offered('production', hash)] }),
        { newest: { revisionId: 8, commit: 'c2' }, heads: [removed] },
        9,
      );
    expect(back('h2')).toMatchObject({ heads: [HEADS[1]] });
    expect(back('h3')).toMatchObject({ heads: [{ generation: 10, hash: 'h3', removed: false }] });
  });

  it('says already for the commit that is the newest revision, before anything else', () => {
    const decision = decidePublication(
      facts({ commit: 'c1', baseRevisionId: 3, environments: [] }),
      STATE,
      8,
    );
    expect(decision.kind).toBe('already');
  });

  it('judges the newest commit once more when it was held and is accepted now', () => {
    const held = { ...STATE, newest: { ...NEWEST, state: 'held' as const } };
    const again = facts({ commit: 'c1', environments: [offered('production', 'h3')], accepted: true });
    expect(decidePublication(again, held, 8)).toMatchObject({ kind: 'publish' });
    expect(decidePublication({ ...again, accepted: false }, held, 8).kind).toBe('already');
    expect(decidePublication(again, STATE, 8).kind).toBe('already');
  });

  it('holds protected environments only', () => {
    const environments = [offered('development', 'h4'), offered('production', 'h4')];
    const decision = decidePublication(facts({ environments, holds: ['Nobody reviewed it.'] }), STATE, 8);
    expect(decision).toMatchObject({
      heads: [
        { environment: 'development', generation: 5, hash: 'h4' },
        { environment: 'production', generation: 9, hash: 'h2', held: { why: 'held', hash: 'h4' } },
      ],
    });
  });

  it('says stale when another revision came in between', () => {
    const decision = decidePublication(facts({ baseRevisionId: 6, environments: [] }), STATE, 8);
    expect(decision.kind).toBe('stale');
  });

  it('touches no head for a rejected revision', () => {
    const decision = decidePublication(facts({ environments: undefined }), STATE, 8);
    expect(decision).toMatchObject({ kind: 'publish', heads: [] });
  });
});
