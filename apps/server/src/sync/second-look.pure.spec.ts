import { fakeClock } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import type { RevisionHold } from '../catalog/index.js';
import { SecondLook } from './second-look.js';

const hold = (kind: RevisionHold['kind'], more: Partial<RevisionHold> = {}): RevisionHold => ({
  ...{ kind, sentence: 'It waits.' },
  ...more,
});
const held = (...holds: RevisionHold[]) => ({ id: 7, state: 'held' as const, holds });
const POLL = { asked: false };
const ASKED = { asked: true };

function given({ random = 1, hasHost = true } = {}) {
  const clock = fakeClock();
  const look = new SecondLook({
    ...{ clock, random: () => random, hasHost },
    storeNowMs: async () => clock.nowMs(),
  });
  return { clock, look };
}

describe('SecondLook', () => {
  it('looks at nothing that is not held, and not at what the commit itself says', async () => {
    const { look, clock } = given();
    clock.advance(3_600_000);
    const accepted = { ...held(hold('unreviewed')), state: 'accepted' as const };
    expect(await look.isDue(undefined, ASKED)).toBe(false);
    expect(await look.isDue(accepted, ASKED)).toBe(false);
    expect(await look.isDue(held(hold('mass-change'), hold('access-change')), ASKED)).toBe(false);
  });

  it('looks whenever somebody asks, for whatever can be proved from outside', async () => {
    const { look } = given({ hasHost: false });
    for (const kind of ['unreviewed', 'unsigned', 'rewritten-history'] as const) {
      expect(await look.isDue(held(hold(kind)), ASKED)).toBe(true);
      expect(await look.isDue(held(hold(kind)), POLL)).toBe(false);
    }
  });

  it('looks by itself after pauses that double up to five minutes', async () => {
    const { look, clock } = given();
    const record = held(hold('unreviewed', { code: 'review-not-proven' }));
    const at: number[] = [];
    for (let second = 0; second <= 1500; second += 1) {
      if (await look.isDue(record, POLL)) {
        look.begin(record);
        at.push(second);
      }
      clock.advance(1000);
    }
    expect(at.map((second, index) => second - (at[index - 1] ?? 0))).toEqual([
      15, 30, 60, 120, 240, 300, 300, 300,
    ]);
  });

  it('spreads its looks, and begins anew with another revision', async () => {
    const { look, clock } = given({ random: 0 });
    const record = held(hold('unsigned', { code: 'commits-unknown' }));
    expect(await look.isDue(record, POLL)).toBe(false);
    clock.advance(7_500);
    expect(await look.isDue(record, POLL)).toBe(true);
    look.begin(record);
    clock.advance(14_999);
    expect(await look.isDue(record, POLL)).toBe(false);
    const next = { ...record, id: 8 };
    expect(await look.isDue(next, POLL)).toBe(false);
    clock.advance(7_500);
    expect(await look.isDue(next, POLL)).toBe(true);
  });

  it('does not look by itself for a review where no host can be asked', async () => {
    const { look, clock } = given({ hasHost: false });
    const record = held(hold('unreviewed', { code: 'direct-push' }));
    expect(await look.isDue(record, POLL)).toBe(false);
    clock.advance(3_600_000);
    expect(await look.isDue(record, POLL)).toBe(false);
  });

  it('looks at the moment when a freeze ends, and not again and again when the look changed nothing', async () => {
    const { look, clock } = given();
    const until = new Date(clock.nowMs() + 60_000).toISOString();
    const record = held(hold('freeze', { environment: 'production', until }));
    expect(await look.isDue(record, ASKED)).toBe(false);
    clock.advance(59_999);
    expect(await look.isDue(record, POLL)).toBe(false);
    clock.advance(1);
    expect(await look.isDue(record, POLL)).toBe(true);
    look.begin(record);
    expect(await look.isDue(record, POLL)).toBe(false);
    expect(await look.isDue(record, ASKED)).toBe(true);
    clock.advance(30_000);
    expect(await look.isDue(record, POLL)).toBe(true);
  });
});
