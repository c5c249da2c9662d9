import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { killDigest, targetsDigest } from './kill-digest.js';
import { type KillRecord, killedFlags, killsOf, mergeKills, NO_KILLS, standingKills } from './merge-kills.js';

function kill(id: string, targets: Record<string, string[]>): KillRecord {
  return { id, targets: new Map(Object.entries(targets)) };
}

const A = kill('01A', { production: ['checkout', 'constructor'], staging: ['checkout'] });
const B = kill('01B', { production: ['checkout'] });

describe('mergeKills', () => {
  it('tells what is new and nothing when it is repeated', () => {
    const first = mergeKills(NO_KILLS, { kills: [A, B], revived: [] });
    expect(first.pressed).toEqual([A, B]);
    const again = mergeKills(first.state, { kills: [B, A], revived: [] });
    expect(again.pressed).toEqual([]);
    expect(again.state).toEqual(first.state);
  });

  it('keeps a flag killed while another kill holds it', () => {
    const both = mergeKills(NO_KILLS, { kills: [A, B], revived: [] }).state;
    const one = mergeKills(both, { kills: [], revived: ['01A'] });
    expect(one.revived).toEqual([A]);
    expect([...killedFlags(killsOf(one.state, 'production'))]).toEqual(['checkout']);
    const none = mergeKills(one.state, { kills: [], revived: ['01B', '01B'] });
    expect(none.revived).toEqual([B]);
    expect(killedFlags(killsOf(none.state, 'production')).size).toBe(0);
  });

  it('never lets a kill stand whose revival came first', () => {
    const early = mergeKills(NO_KILLS, { kills: [], revived: ['01A'] });
    const late = mergeKills(early.state, { kills: [A], revived: [] });
    expect(late.pressed).toEqual([]);
    expect(standingKills(late.state)).toEqual([]);
  });

  it('comes to the same state in whatever order and portions things arrive', () => {
    const events = fc.array(
      fc.oneof(
        fc.record({ id: fc.constantFrom('k1', 'k2', 'k3', 'k4'), what: fc.constant('kill' as const) }),
        fc.record({ id: fc.constantFrom('k1', 'k2', 'k3', 'k4'), what: fc.constant('revive' as const) }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(events, fc.func(fc.integer()), (list, order) => {
        const apply = (all: typeof list) =>
          all.reduce(
            (state, { id, what }) =>
              mergeKills(state, {
                kills: what === 'kill' ? [kill(id, { production: [id] })] : [],
                revived: what === 'revive' ? [id] : [],
              }).state,
            NO_KILLS,
          );
        const shuffled = list
          .map((event, index) => ({ event, rank: order(index) }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ event }) => event);
        const left = killsOf(apply(list), 'production');
        const right = killsOf(apply([...shuffled, ...list]), 'production');
        expect(right).toEqual(left);
        expect(killDigest(right)).toBe(killDigest(left));
      }),
    );
  });

  it('gives each environment only what concerns it', () => {
    const state = mergeKills(NO_KILLS, { kills: [A, B], revived: ['01B'] }).state;
    expect(killsOf(state, 'staging')).toEqual({ kills: [{ id: '01A', flags: ['checkout'] }], revived: [] });
    expect(killsOf(state, 'production').revived).toEqual(['01B']);
    expect(killsOf(state, 'development')).toEqual({ kills: [], revived: [] });
  });
});

describe('killDigest', () => {
  it('is 0 without kills and has the form that tags allow', () => {
    expect(killDigest({ kills: [], revived: [] })).toBe('0');
    const state = mergeKills(NO_KILLS, { kills: [A], revived: [] }).state;
    expect(killDigest(killsOf(state, 'production'))).toMatch(/^[a-z0-9]+$/);
  });

  it('changes with a press and with a revival, and does not return to the state before', () => {
    const killed = mergeKills(NO_KILLS, { kills: [A], revived: [] }).state;
    const lifted = mergeKills(killed, { kills: [], revived: ['01A'] }).state;
    const digests = [NO_KILLS, killed, lifted].map((state) => killDigest(killsOf(state, 'production')));
    expect(new Set(digests).size).toBe(3);
  });
});

describe('targetsDigest', () => {
  it('does not depend on order', () => {
    const one = new Map([
      ['a', ['x', 'y']],
      ['b', ['z']],
    ]);
    const other = new Map([
      ['b', ['z']],
      ['a', ['y', 'x']],
    ]);
    expect(targetsDigest(other)).toBe(targetsDigest(one));
    expect(targetsDigest(new Map([['a', ['x']]]))).not.toBe(targetsDigest(one));
  });
});
