import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DRAWS, drawOf, isInWave, lowestOf, waveMembers } from './membership.js';

const id = fc.string({ minLength: 1, maxLength: 40 });
const percent = fc.double({ min: 0, max: 100, noNaN: true });

/** Made once with this code: a change of any of them would move instances between the arms of a running wave. */
const VECTORS: readonly (readonly [instanceId: string, waveId: string, draw: number])[] = [
  ['', 'w', 258880164],
  ['pod-1', '01JDKZ8Q4M2V7C0T9W5XA3BHEF', 1314913406],
  ['pod-2', '01JDKZ8Q4M2V7C0T9W5XA3BHEF', 658551854],
  ['7f1d0c52-5f0e-4b53-9f3b-0a3d0c9e8b11', '01JDKZ8Q4M2V7C0T9W5XA3BHEF', 586301171],
  ['zoë', '日本', 1334598401],
];

describe('membership', () => {
  it.each(VECTORS)('draws for %s in %s what it always drew', (instanceId, waveId, draw) => {
    expect(drawOf(instanceId, waveId)).toBe(draw);
  });

  it('keeps who is in while the share grows', () => {
    fc.assert(
      fc.property(id, id, percent, percent, (instance, wave, one, other) => {
        const [smaller, larger] = [Math.min(one, other), Math.max(one, other)];
        if (isInWave(instance, wave, smaller)) expect(isInWave(instance, wave, larger)).toBe(true);
        expect(isInWave(instance, wave, 0)).toBe(false);
        expect(isInWave(instance, wave, 100)).toBe(true);
        const draw = drawOf(instance, wave);
        expect(Number.isInteger(draw) && draw >= 0 && draw < DRAWS).toBe(true);
      }),
    );
  });

  it('takes about the share that is asked for, others in each wave', () => {
    const fleet = Array.from({ length: 20_000 }, (_, index) => `pod-${index}`);
    for (const share of [1, 10, 50]) {
      const first = waveMembers(fleet, 'wave-1', share);
      const second = new Set(waveMembers(fleet, 'wave-2', share));
      const expected = (fleet.length * share) / 100;
      expect(Math.abs(first.length - expected)).toBeLessThan(5 * Math.sqrt(expected));
      const both = first.filter((member) => second.has(member)).length;
      const chance = (expected * share) / 100;
      expect(Math.abs(both - chance)).toBeLessThan(5 * Math.sqrt(chance) + 1);
    }
  });

  it('lets the lowest in when otherwise nobody would be, and it stays in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 30 }), id, percent, (fleet, wave, share) => {
        const members = waveMembers(fleet, wave, Math.max(share, 0.001));
        expect(members.length).toBeGreaterThan(0);
        expect(members).toContain(lowestOf([...fleet].reverse(), wave));
        const larger = waveMembers(fleet, wave, Math.max(share, 0.001) / 2 + 50);
        for (const member of members) expect(larger).toContain(member);
      }),
    );
    expect(waveMembers([], 'wave-1', 50)).toEqual([]);
    expect(waveMembers(['a'], 'wave-1', 0)).toEqual([]);
  });

  it('does not take the end of one name for the beginning of the other', () => {
    expect(drawOf('bc', 'a')).not.toBe(drawOf('c', 'ab'));
  });
});
