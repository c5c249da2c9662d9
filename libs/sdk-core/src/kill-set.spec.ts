import type { EnvironmentKills } from '@guidon/engine/model';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { killedFlags, killsUnknownTo, listKills, mergeKills, NO_KILLS } from './kill-set.js';

const ids = fc.constantFrom('k1', 'k2', 'k3', 'k4');
const flags = fc.uniqueArray(fc.constantFrom('a', 'b', 'constructor', '__proto__'), { maxLength: 3 });
const event: fc.Arbitrary<Partial<EnvironmentKills>> = fc.oneof(
  fc.record({ kills: fc.array(fc.record({ id: ids, flags }), { maxLength: 3 }) }),
  fc.record({ revived: fc.uniqueArray(ids, { maxLength: 2 }) }),
);

const state = (events: readonly Partial<EnvironmentKills>[]) =>
  [...killedFlags(events.reduce(mergeKills, NO_KILLS))].sort();

describe('the kill set', () => {
  test('comes to the same whatever the order and however often events come', () => {
    fc.assert(
      fc.property(
        fc
          .array(event, { maxLength: 12 })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(state([...shuffled, ...shuffled])).toEqual(state(all));
        },
      ),
    );
  });

  test('never loses a kill that nobody revived', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (all) => {
        const revived = new Set(all.flatMap((e) => e.revived ?? []));
        const held = new Set(state(all));
        for (const kill of all.flatMap((e) => e.kills ?? [])) {
          if (!revived.has(kill.id)) for (const flag of kill.flags) expect(held.has(flag)).toBe(true);
        }
      }),
    );
  });

  test('holds a flag as long as one of its kills stands', () => {
    const kills = [
      { id: 'k1', flags: ['a', 'b'] },
      { id: 'k2', flags: ['b'] },
    ];
    expect(state([{ kills }, { revived: ['k1'] }])).toEqual(['b']);
  });

  test('remembers a revival that comes before its kill', () => {
    expect(state([{ revived: ['k1'] }, { kills: [{ id: 'k1', flags: ['a'] }] }])).toEqual([]);
  });

  test('returns the same object when nothing is new', () => {
    const set = mergeKills(NO_KILLS, { kills: [{ id: 'k1', flags: ['a'] }], revived: ['k0'] });
    expect(mergeKills(set, listKills(set))).toBe(set);
  });

  test('names kills in force that a server does not know', () => {
    const set = mergeKills(NO_KILLS, {
      kills: [
        { id: 'k1', flags: ['a'] },
        { id: 'k2', flags: ['a'] },
        { id: 'k3', flags: [] },
      ],
      revived: ['k3'],
    });
    expect(killsUnknownTo({ kills: [{ id: 'k2', flags: ['a'] }], revived: [] }, set)).toEqual(['k1']);
  });
});
