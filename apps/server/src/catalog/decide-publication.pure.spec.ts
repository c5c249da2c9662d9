import { describe, expect, it } from '@jest/globals';
import { decidePublication, type Head } from './decide-publication.js';

const HEADS: readonly Head[] = [
  { environment: 'development', generation: 4, hash: 'h1', revision: 'c1', removed: false },
  { environment: 'production', generation: 9, hash: 'h2', revision: 'c0', removed: false },
];
const NEWEST = { revisionId: 7, commit: 'c1' };

describe('decidePublication', () => {
  it('grows the generation only where the content changed', () => {
    const decision = decidePublication(
      {
        commit: 'c2',
        baseRevisionId: 7,
        environments: [
          { environment: 'development', hash: 'h1' },
          { environment: 'production', hash: 'h3' },
        ],
      },
      NEWEST,
      HEADS,
    );
    expect(decision).toMatchObject({
      kind: 'publish',
      heads: [{ environment: 'production', generation: 10, hash: 'h3', revision: 'c2', removed: false }],
    });
  });

  it('begins at generation 1 for a new environment', () => {
    const environments = [...HEADS, { environment: 'staging', hash: 'h9' }];
    const decision = decidePublication({ commit: 'c2', baseRevisionId: 7, environments }, NEWEST, HEADS);
    expect(decision).toMatchObject({ heads: [{ environment: 'staging', generation: 1 }] });
  });

  it('goes on counting when an environment leaves and comes back, even with the same content', () => {
    const gone = decidePublication(
      { commit: 'c2', baseRevisionId: 7, environments: [{ environment: 'development', hash: 'h1' }] },
      NEWEST,
      HEADS,
    );
    expect(gone).toMatchObject({ heads: [{ environment: 'production', generation: 10, removed: true }] });
    const removed: Head = { ...(HEADS[1] as Head), generation: 10, removed: true };
    const back = decidePublication(
      { commit: 'c3', baseRevisionId: 8, environments: [{ environment: 'production', hash: 'h2' }] },
      { revisionId: 8, commit: 'c2' },
      [removed],
    );
    expect(back).toMatchObject({ heads: [{ environment: 'production', generation: 11, removed: false }] });
  });

  it('says already for the commit that is the newest revision, before anything else', () => {
    const decision = decidePublication({ commit: 'c1', baseRevisionId: 3, environments: [] }, NEWEST, HEADS);
    expect(decision.kind).toBe('already');
  });

  it('says stale when another revision came in between', () => {
    const decision = decidePublication({ commit: 'c2', baseRevisionId: 6, environments: [] }, NEWEST, HEADS);
    expect(decision.kind).toBe('stale');
  });

  it('touches no head for a rejected revision', () => {
    const decision = decidePublication(
      { commit: 'c2', baseRevisionId: 7, environments: undefined },
      NEWEST,
      HEADS,
    );
    expect(decision).toMatchObject({ kind: 'publish', heads: [] });
  });
});
