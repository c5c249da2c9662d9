import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EARNED_MS, GENERATIONS_KEPT, TRIAL_MS } from '../constants.js';
import { type Generation, isGood, proofOf } from './generation.js';
import { chooseStart, EMPTY, fallbackFor, follow, type Ledger, type LedgerEvent, open } from './ledger.js';

const ruleset = (
  hash: string,
  generation: number,
  more: { lineage?: string; environment?: string } = {},
) => ({
  hash,
  generation,
  lineage: 'l1',
  environment: 'production',
  ...more,
});

/** What happens to the ledgers of one machine; `restart` is a new process that reads what the one before has kept. */
type Happening =
  | {
      readonly type: 'publish';
      readonly hash: string;
      readonly lineage?: string;
      readonly environment?: string;
    }
  | { readonly type: 'clock'; readonly ms: number }
  | { readonly type: 'restart' }
  | { readonly type: 'cleared' }
  | { readonly type: 'refused' }
  | { readonly type: 'died'; readonly hash: string; readonly times: number };

const hash = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('publish' as const), hash }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('clock' as const),
      ms: fc.constantFrom(1, 30_000, TRIAL_MS, EARNED_MS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('died' as const), hash, times: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'cleared' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'refused' as const }) },
);

/** Runs what happens, and shows each step. */
function run(happenings: readonly Happening[], look: (step: Step) => void): Ledger {
  let ledger = EMPTY;
  let generation = 0;
  for (const one of happenings) {
    const before = ledger;
    let event: LedgerEvent | undefined;
    if (one.type === 'restart') {
      ledger = open(before.generations, before.quarantined).ledger;
      const start = chooseStart(ledger);
      event = start && { type: 'applied', ruleset: start, from: 'disk' };
    } else if (one.type === 'publish') {
      generation += 1;
      event = { type: 'applied', ruleset: ruleset(one.hash, generation, one), from: 'network' };
    } else if (one.type === 'died') event = { ...one, ruleset: ruleset(one.hash, generation) };
    else if (one.type === 'refused') event = { type: 'refused', hash: chooseStart(before)?.hash ?? '' };
    else event = one;
    if (event !== undefined) {
      const step = follow(ledger, event);
      ledger = step.ledger;
      look({ before, event, after: ledger, told: step.told });
    }
  }
  return ledger;
}

interface Step {
  readonly before: Ledger;
  readonly event: LedgerEvent;
  readonly after: Ledger;
  readonly told: readonly { readonly what: string; readonly hash: string; readonly why: string }[];
}

const holds = (look: (step: Step) => void) =>
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => void run(happenings, look)),
    { numRuns: 600 },
  );

const goodOnes = ({ generations }: Ledger) => generations.filter(isGood);
const earnedOnes = ({ generations }: Ledger) =>
  generations.filter((one) => proofOf(one) === 'last-known-good');

describe('the ledger, whatever happens,', () => {
  test('keeps at least as many good generations as before, up to three, for want of a younger', () => {
    holds(({ before, event, after }) => {
      if (event.type === 'died' || event.type === 'refused') return;
      expect(goodOnes(after).length).toBeGreaterThanOrEqual(
        Math.min(GENERATIONS_KEPT, goodOnes(before).length),
      );
    });
  });

  test('gives up what was earned for nothing but three younger ones that were earned as well', () => {
    holds(({ before, event, after }) => {
      for (const one of earnedOnes(before)) {
        if (after.generations.some(({ hash }) => hash === one.hash)) continue;
        if (event.type === 'refused' && event.hash === one.hash) continue;
        const younger = earnedOnes(after).filter(({ order }) => order > one.order);
        expect(younger.length).toBeGreaterThanOrEqual(GENERATIONS_KEPT);
      }
    });
  });

  test('keeps three that were earned, at most two others, and what is in use', () => {
    holds(({ after }) => {
      expect(earnedOnes(after).filter(({ hash }) => hash !== after.inUse).length).toBeLessThanOrEqual(
        GENERATIONS_KEPT,
      );
      expect(after.generations.length).toBeLessThanOrEqual(GENERATIONS_KEPT + 3);
      expect(after.generations.filter((one) => !isGood(one)).length).toBeLessThanOrEqual(1);
    });
  });

  test('puts one in quarantine only after two deaths in a row, only what was not earned, and only where an older one is good', () => {
    holds(({ before, event, after, told }) => {
      const fresh = after.quarantined.filter(
        (one) => !before.quarantined.some(({ hash }) => hash === one.hash),
      );
      if (fresh.length === 0) return;
      expect(event).toMatchObject({ type: 'died', ruleset: { hash: fresh[0]?.hash } });
      const { hash } = fresh[0] as { hash: string };
      const own = before.generations.find((one) => one.hash === hash);
      expect(fallbackFor(before, hash)?.order).toBeLessThan(own?.order ?? Number.POSITIVE_INFINITY);
      expect(own === undefined || proofOf(own) !== 'last-known-good').toBe(true);
      expect(
        Math.max((event as { times: number }).times, before.deaths.get(hash) ?? 0),
      ).toBeGreaterThanOrEqual(2);
      expect(told.some((one) => one.what === 'quarantined' && one.why !== '')).toBe(true);
    });
  });

  test('never holds what is in quarantine, and has a good one as long as anything is', () => {
    holds(({ after }) => {
      const barred = new Set(after.quarantined.map(({ hash }) => hash));
      expect(after.generations.filter(({ hash }) => barred.has(hash))).toEqual([]);
      expect(barred.size === 0 || goodOnes(after).length > 0).toBe(true);
    });
  });

  test('lifts a quarantine only for something newer, or where nothing good is left', () => {
    holds(({ before, event, after }) => {
      const lifted = before.quarantined.filter(
        (one) => !after.quarantined.some(({ hash }) => hash === one.hash),
      );
      if (lifted.length === 0 || goodOnes(after).length === 0) return;
      expect(event).toMatchObject({ type: 'applied', from: 'network' });
      const { generation } = (event as Extract<LedgerEvent, { type: 'applied' }>).ruleset;
      expect(lifted.every((one) => one.generation < generation)).toBe(true);
    });
  });

  test('says of each that goes away why, and holds each hash once, oldest first', () => {
    holds(({ before, after, told }) => {
      const kept = after.generations.map(({ hash }) => hash);
      expect(new Set(kept).size).toBe(kept.length);
      const orders = after.generations.map(({ order }) => order);
      expect(orders).toEqual([...orders].sort((a, b) => a - b));
      for (const one of before.generations)
        if (!kept.includes(one.hash)) expect(told.find(({ hash }) => hash === one.hash)?.why).toMatch(/\.$/);
    });
  });

  test('begins with the youngest that it keeps', () => {
    holds(({ after }) => {
      const start = chooseStart(after);
      expect(after.generations.every(({ order }) => order <= (start as Generation).order)).toBe(true);
    });
  });
});

describe('the ledger', () => {
  const serve = (ms: number, ...hashes: string[]) =>
    hashes.flatMap((one): Happening[] => [
      { type: 'publish', hash: one },
      { type: 'clock', ms },
    ]);
  const hashesOf = ({ generations }: Ledger) => generations.map((one) => one.hash);

  test('takes a ruleset from trying to good after a minute and to last known good after ten', () => {
    const proofs = [59_999, 60_000, 599_999, 600_000].map(
      (ms) => run(serve(ms, 'a'), () => {}).generations.map(proofOf)[0],
    );
    expect(proofs).toEqual(['trying', 'good', 'good', 'last-known-good']);
  });

  test('adds up the time over restarts', () => {
    const minute = { type: 'clock', ms: 60_000 } as const;
    const days = Array.from({ length: 9 }, (): Happening[] => [{ type: 'restart' }, minute]).flat();
    const ledger = run([...serve(60_000, 'a'), ...days], () => {});
    expect(ledger.generations.map(proofOf)).toEqual(['last-known-good']);
  });

  test('keeps three that were earned through any number of changes that come too fast', () => {
    const fast = Array.from({ length: 50 }, (_, index) => serve(70_000, `fast-${index}`)).flat();
    const ledger = run([...serve(EARNED_MS, 'a', 'b', 'c', 'd'), ...fast], () => {});
    expect(hashesOf(ledger)).toEqual(['b', 'c', 'd', 'fast-49']);
    const faster = Array.from({ length: 50 }, (_, index) => serve(10, `faster-${index}`)).flat();
    const still = run([...serve(EARNED_MS, 'a', 'b'), ...serve(70_000, 'c'), ...faster], () => {});
    expect(hashesOf(still)).toEqual(['a', 'b', 'c', 'faster-49']);
    const young = run(
      [...serve(EARNED_MS, 'a', 'b', 'c'), ...serve(70_000, 'd'), ...serve(1, 'e')],
      () => {},
    );
    expect(hashesOf(young)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('goes back to the youngest good one after two deaths, and to the one before if that is not earned either', () => {
    const died = (one: string): Happening => ({ type: 'died', hash: one, times: 2 });
    const ledger = run(
      [...serve(EARNED_MS, 'a'), ...serve(60_000, 'b'), ...serve(1, 'c'), died('c')],
      () => {},
    );
    expect([chooseStart(ledger)?.hash, ledger.quarantined.map((one) => one.hash)]).toEqual(['b', ['c']]);
    const further = follow(ledger, { type: 'died', ruleset: ruleset('b', 2), times: 2 });
    expect(chooseStart(further.ledger)?.hash).toBe('a');
    const end = follow(further.ledger, { type: 'died', ruleset: ruleset('a', 1), times: 9 });
    expect([chooseStart(end.ledger)?.hash, end.told[0]?.what]).toEqual(['a', 'kept']);
  });

  test('goes back to what is good, not to what is merely older', () => {
    const ledger = run([...serve(60_000, 'a'), ...serve(1, 'b')], () => {});
    expect(fallbackFor(ledger, 'unknown')?.hash).toBe('a');
    expect(
      fallbackFor(
        run(serve(1, 'a'), () => {}),
        'unknown',
      ),
    ).toBeUndefined();
  });

  test('lifts no quarantine for what is older, be it of the same lineage, and for whatever comes of another', () => {
    const { ledger } = follow(
      run([...serve(EARNED_MS, 'a')], () => {}),
      {
        type: 'died',
        ruleset: ruleset('poison', 5),
        times: 2,
      },
    );
    const after = (generation: number, lineage = 'l1') =>
      follow(ledger, { type: 'applied', ruleset: ruleset('b', generation, { lineage }), from: 'network' })
        .ledger.quarantined.length;
    expect([after(4), after(5), after(6), after(1, 'l2')]).toEqual([1, 1, 0, 0]);
  });

  test('forgets deaths that were followed by a life', () => {
    const ledger = run(
      [
        ...serve(EARNED_MS, 'a'),
        ...serve(1, 'b'),
        { type: 'died', hash: 'b', times: 1 },
        { type: 'cleared' },
      ],
      () => {},
    );
    expect(ledger.deaths.size).toBe(0);
  });

  test('brings nothing from one environment to another', () => {
    const ledger = run(
      [...serve(EARNED_MS, 'a', 'b'), { type: 'publish', hash: 'c', environment: 'staging' }],
      () => {},
    );
    expect(hashesOf(ledger)).toEqual(['c']);
  });

  test('counts content that comes back under a higher generation as what it was', () => {
    const ledger = run([...serve(EARNED_MS, 'a'), ...serve(1, 'b', 'a')], () => {});
    expect(ledger.generations).toMatchObject([{ hash: 'a', generation: 3, servedMs: EARNED_MS + 1 }]);
  });
});
