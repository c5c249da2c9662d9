import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Head } from './head.js';
import { moveWave, type WaveMove } from './move-wave.js';
import { bring, type ContentOffer, offerContent } from './offer-content.js';
import { pinContent, unpinContent } from './pin-content.js';
import { removeEnvironment } from './remove-environment.js';

const STAGES = [
  { percent: 1, holdMs: 60_000 },
  { percent: 50, holdMs: 60_000 },
];
const STABLE: Head = {
  environment: 'production',
  generation: 5,
  hash: 'a',
  revision: 'ca',
  revisionId: 1,
  removed: false,
};

const BY_ITSELF = { accepted: false, isWhole: true };

function offer(hash: string, change: Partial<ContentOffer> = {}): ContentOffer {
  const content = { hash, revision: `c${hash}`, revisionId: 2 };
  return { environment: 'production', ...content, stages: STAGES, holds: [], ...BY_ITSELF, ...change };
}

function offered(head: Head | undefined, ...args: Parameters<typeof offer>): Head {
  const next = offerContent(head, offer(...args), 1_000);
  if (next === undefined) throw new Error('nothing came of the offer');
  return next;
}

function moved(head: Head, move: WaveMove, reason = 'because'): Head {
  const wave = head.candidate?.wave;
  if (wave === undefined) throw new Error('no wave runs');
  const order = { waveId: wave.id, stage: wave.stage, move, reason, stages: STAGES };
  const step = moveWave(head, order, 2_000);
  if (step.kind !== 'moved') throw new Error(step.reason);
  return step.head;
}

describe('offered content', () => {
  it('begins a wave where the project asks for one, with a generation of its own', () => {
    expect(offered(STABLE, 'b')).toEqual({
      ...STABLE,
      candidate: {
        ...{ generation: 6, hash: 'b', revision: 'cb', revisionId: 2 },
        wave: {
          ...{ id: 'production.6', stages: STAGES, stage: 0, startedAtMs: 1_000, stageSinceMs: 1_000 },
          enlisted: [],
        },
      },
    });
  });

  it('reaches everybody at once without waves, and in an environment that is new', () => {
    expect(offered(STABLE, 'b', { stages: [] })).toMatchObject({ generation: 6, hash: 'b' });
    expect(offered(undefined, 'b')).toMatchObject({ generation: 1, hash: 'b' });
    expect(offered(undefined, 'b').candidate).toBeUndefined();
  });

  it('waits behind a running wave, the latest only, and follows when the wave has ended', () => {
    const waiting = offered(offered(offered(STABLE, 'b'), 'c'), 'd');
    expect(waiting).toMatchObject({
      hash: 'a',
      candidate: { hash: 'b' },
      waiting: { hash: 'd', why: 'wave' },
    });
    const next = moved(waiting, { kind: 'finish' });
    expect(next).toMatchObject({ generation: 6, hash: 'b', candidate: { generation: 7, hash: 'd' } });
    expect(next.waiting).toBeUndefined();
  });

  it('calls the wave back at once when Git returns to what everybody has', () => {
    const back = offered(offered(STABLE, 'b'), 'a');
    expect(back).toMatchObject({ generation: 7, hash: 'a' });
    expect(back.candidate).toBeUndefined();
  });

  it('stays held until the content is accepted or another comes that nothing holds', () => {
    const held = offered(STABLE, 'b', { holds: ['Nobody reviewed it.'] });
    expect(held).toMatchObject({ generation: 5, hash: 'a', held: { why: 'held', hash: 'b' } });
    expect(offered(held, 'b', { accepted: true })).toMatchObject({ candidate: { hash: 'b' } });
    expect(offered(held, 'a').held).toBeUndefined();
  });

  it('is not let go by a rollback and the end of it, nor does it displace what waits for a wave', () => {
    const waiting = offered(offered(STABLE, 'b'), 'c');
    const held = offered(waiting, 'd', { holds: ['Nobody reviewed it.'] });
    expect(held).toMatchObject({ waiting: { hash: 'c', why: 'wave' }, held: { hash: 'd', why: 'held' } });
    expect(moved(held, { kind: 'finish' })).toMatchObject({ candidate: { hash: 'c' }, held: { hash: 'd' } });
    const pin = { hash: 'z', revision: 'cz', revisionId: 0, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    const onlyHeld = offered(STABLE, 'd', { holds: ['Nobody reviewed it.'] });
    const unpinned = unpinContent(pinContent(onlyHeld, pin), { stages: [] }, 5_000);
    expect(unpinned).toMatchObject({ hash: 'a', held: { hash: 'd', why: 'held' } });
  });

  it('does not come again after it was rolled back, unless a person asks for it', () => {
    const back = moved(offered(STABLE, 'b'), { kind: 'roll-back' }, 'It is worse.');
    expect(offerContent(back, offer('b'), 3_000)).toBeUndefined();
    expect(offered(back, 'b', { accepted: true })).toMatchObject({ candidate: { hash: 'b', generation: 8 } });
    expect(offered(back, 'c')).toMatchObject({ candidate: { hash: 'c', generation: 8 } });
  });

  it('waits behind a pin until Git agrees with it', () => {
    const pin = { hash: 'z', revision: 'cz', revisionId: 0, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    const pinned = pinContent(STABLE, pin);
    expect(pinned).toMatchObject({ generation: 6, hash: 'z', waiting: { why: 'pinned', hash: 'a' } });
    const later = offered(pinned, 'b');
    expect(later).toMatchObject({ generation: 6, hash: 'z', waiting: { why: 'pinned', hash: 'b' } });
    const agreed = offered(later, 'z');
    expect(agreed).toMatchObject({ generation: 6, hash: 'z', revision: 'cz' });
    expect([agreed.pin, agreed.waiting]).toEqual([undefined, undefined]);
    expect(unpinContent(later, { stages: [] }, 5_000)).toMatchObject({ generation: 7, hash: 'b' });
    expect(unpinContent(STABLE, { stages: [] }, 5_000)).toBeUndefined();
  });

  it('waits behind a pin also when a person accepts what a wave took back', () => {
    const { held, ...back } = moved(offered(STABLE, 'b'), { kind: 'roll-back' });
    expect(held).toMatchObject({ why: 'rolled-back', hash: 'b' });
    const pin = { hash: 'a', revision: 'ca', revisionId: 1, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    const { hash, revision, revisionId } = held ?? STABLE;
    const accepted = bring(pinContent(back, pin), { hash, revision, revisionId, stages: STAGES }, 9_000);
    expect(accepted).toMatchObject({ hash: 'a', pin, waiting: { why: 'pinned', hash: 'b' } });
    expect(accepted.candidate).toBeUndefined();
    expect(unpinContent(accepted, { stages: STAGES }, 9_000)?.candidate).toMatchObject({ hash: 'b' });
  });

  it('does not agree with a pin by files that stay at their last good version', () => {
    const pin = { hash: 'z', revision: 'cz', revisionId: 0, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    const waiting = offered(pinContent(STABLE, pin), 'b');
    const frozen = offered(waiting, 'z', { isWhole: false });
    expect(frozen).toEqual({ ...waiting, waiting: undefined });
    expect(offered(frozen, 'b')).toMatchObject({ hash: 'z', pin, waiting: { why: 'pinned', hash: 'b' } });
    expect(offered(frozen, 'z').pin).toBeUndefined();
    expect(unpinContent(frozen, { stages: STAGES }, 5_000)).toMatchObject({ generation: 6, hash: 'z' });
  });
});

describe('content that a wave took back', () => {
  const back = moved(offered(STABLE, 'b'), { kind: 'roll-back' }, 'It is worse.');
  const held = { holds: ['Nobody reviewed it.'] };

  it('stays away when something else was held in between and is gone', () => {
    const other = offered(back, 'd', held);
    expect(other.held).toMatchObject({ why: 'held', hash: 'd' });
    const reverted = offered(other, 'b');
    expect(reverted.held).toMatchObject({ why: 'rolled-back', hash: 'b', sentences: ['It is worse.'] });
    expect(reverted.candidate).toBeUndefined();
    // A hold beside it, a freeze for one, says so too, and its end brings nothing.
    const frozen = offered(back, 'b', held);
    expect(frozen.held?.sentences).toEqual(['Nobody reviewed it.', 'It is worse.']);
    expect(offered(frozen, 'b')).toMatchObject({ hash: 'a', held: { why: 'rolled-back', hash: 'b' } });
  });

  it('stays away after another one was taken back, and when Git came back to what everybody has', () => {
    const both = moved(offered(back, 'c'), { kind: 'roll-back' });
    expect(offered(both, 'b')).toMatchObject({ hash: 'a', held: { why: 'rolled-back', hash: 'b' } });
    const away = offered(offered(both, 'a'), 'c');
    expect(away).toMatchObject({ hash: 'a', held: { why: 'rolled-back', hash: 'c' } });
    const pin = { hash: 'z', revision: 'cz', revisionId: 0, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    const pinned = unpinContent(pinContent(both, pin), { stages: STAGES }, 5_000) ?? STABLE;
    expect(offered(pinned, 'b').held).toMatchObject({ why: 'rolled-back', hash: 'b' });
    const removed = offered(removeEnvironment(both), 'b');
    expect(removed).toMatchObject({ removed: false, hash: 'a', held: { why: 'rolled-back', hash: 'b' } });
  });

  it('is remembered also where something else waits or is held', () => {
    const waiting = moved(offered(offered(STABLE, 'b'), 'c'), { kind: 'roll-back' });
    expect(waiting).toMatchObject({ candidate: { hash: 'c' } });
    expect(offered(waiting, 'b')).toMatchObject({ candidate: { hash: 'c' }, held: { why: 'rolled-back' } });
    const beside = moved(offered(offered(STABLE, 'b'), 'd', held), { kind: 'roll-back' });
    expect(beside.held).toMatchObject({ hash: 'd' });
    expect(offered(beside, 'b').held).toMatchObject({ why: 'rolled-back', hash: 'b' });
  });

  it('stays away with the commits that have the whole change in them, until a person wants it', () => {
    const order = { waveId: 'production.6', stage: 0, reason: 'It is worse.', stages: STAGES };
    const print = { keys: ['checkout'], digest: 'bad' };
    const move = { kind: 'roll-back' as const };
    const step = moveWave(offered(STABLE, 'b'), { ...order, move, print }, 2_000);
    const memory = step.kind === 'moved' ? step.head : STABLE;
    const same = { carries: ({ digest }: { digest: string }) => digest === 'bad' };
    const kept = offered(memory, 'c', same);
    expect(kept).toMatchObject({ hash: 'a', held: { why: 'rolled-back', hash: 'c' } });
    expect(kept.held?.sentences.join()).toContain('checkout just as a wave took it back: It is worse.');
    expect(offered(memory, 'c', { carries: () => false }).candidate).toMatchObject({ hash: 'c' });
    const wanted = offered(kept, 'c', { ...same, accepted: true });
    expect(wanted).toMatchObject({ candidate: { hash: 'c' } });
    expect(wanted.takenBack).toBeUndefined();
    const waiting = offered(offered(STABLE, 'b'), 'c');
    const carried = moveWave(waiting, { ...order, move, print, carriers: ['c'] }, 2_000);
    expect(carried).toMatchObject({ head: { hash: 'a', held: { why: 'rolled-back', hash: 'c' } } });
  });

  it('is forgotten only when twenty others were taken back after it', () => {
    let head = back;
    for (let index = 0; index < 20; index += 1)
      head = moved(offered(head, `x${index}`), { kind: 'roll-back' });
    expect(head.takenBack).toHaveLength(20);
    expect(offered(head, 'x0').held).toMatchObject({ why: 'rolled-back' });
    expect(offered(head, 'b').candidate).toMatchObject({ hash: 'b' });
  });
});

describe('content that waited when a freeze holds', () => {
  const freeze = { fromMs: 0, toMs: Date.parse('2026-11-24T00:00:00Z'), reason: 'Sale' };
  const frozen = { why: 'freeze', hash: 'c', until: '2026-11-24T00:00:00.000Z' };

  it('begins nothing when the wave before it ends, is called back, or a pin is lifted', () => {
    const waiting = offered(offered(STABLE, 'b'), 'c');
    const order = { waveId: 'production.6', stage: 0, reason: 'r', stages: STAGES, freeze };
    for (const kind of ['finish', 'roll-back'] as const) {
      const step = moveWave(waiting, { ...order, move: { kind } }, 2_000);
      const head = step.kind === 'moved' ? step.head : STABLE;
      expect(head).toMatchObject({ hash: kind === 'finish' ? 'b' : 'a', waiting: frozen });
      expect(head.candidate).toBeUndefined();
    }
    const pin = { hash: 'z', revision: 'cz', revisionId: 0, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    for (const stages of [STAGES, []]) {
      const unpinned = unpinContent(pinContent(waiting, pin), { stages, freeze }, 3_000);
      expect(unpinned).toMatchObject({ hash: 'z', waiting: frozen });
      expect(unpinned?.waiting?.sentences.join()).toContain('frozen until 2026-11-24T00:00:00Z (Sale)');
    }
  });

  it('begins what a person let through the freeze, also after a pin', () => {
    const waiting = offered(offered(STABLE, 'b'), 'c', { accepted: true, throughFreeze: true });
    const order = { waveId: 'production.6', stage: 0, reason: 'r', stages: STAGES, freeze };
    const step = moveWave(waiting, { ...order, move: { kind: 'finish' } }, 2_000);
    expect(step).toMatchObject({ head: { hash: 'b', candidate: { hash: 'c' } } });
    const pin = { hash: 'z', revision: 'cz', revisionId: 0, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    const unpinned = unpinContent(pinContent(waiting, pin), { stages: STAGES, freeze }, 3_000);
    expect(unpinned).toMatchObject({ hash: 'z', candidate: { hash: 'c' } });
  });
});

describe('an environment that leaves the project', () => {
  it('keeps what everybody had, and calls a wave back that runs', () => {
    expect(removeEnvironment(STABLE)).toEqual({ ...STABLE, removed: true });
    const gone = removeEnvironment(offered(offered(STABLE, 'b'), 'c'));
    expect(gone).toEqual({ ...STABLE, generation: 7, removed: true });
  });

  it('goes on from there when it is back: by waves, behind its pin, and with what was taken back', () => {
    const gone = removeEnvironment(STABLE);
    expect(offered(gone, 'b')).toMatchObject({ hash: 'a', removed: false, candidate: { hash: 'b' } });
    expect(offered(gone, 'a')).toEqual(STABLE);
    const held = offered(gone, 'b', { holds: ['Nobody reviewed it.'] });
    expect(held).toMatchObject({ hash: 'a', removed: false, held: { hash: 'b' } });
    const pin = { hash: 'z', revision: 'cz', revisionId: 0, actor: 'ada', reason: 'It burns.', sinceMs: 0 };
    const pinned = removeEnvironment(pinContent(STABLE, pin));
    expect(offered(pinned, 'b')).toMatchObject({ hash: 'z', pin, waiting: { why: 'pinned', hash: 'b' } });
    const back = removeEnvironment(moved(offered(STABLE, 'b'), { kind: 'roll-back' }, 'It is worse.'));
    expect(offered(back, 'b')).toEqual({ ...back, removed: false });
  });

  it('is given nothing new while it is gone', () => {
    const back = removeEnvironment(moved(offered(STABLE, 'b'), { kind: 'roll-back' }, 'It is worse.'));
    const { held: _, ...free } = back;
    expect(bring(free, { hash: 'b', revision: 'cb', revisionId: 2, stages: STAGES }, 5)).toEqual(free);
  });
});

describe('a wave', () => {
  it('goes on by stages and ends for everybody under the generation of its candidate', () => {
    const wide = moved(offered(STABLE, 'b'), { kind: 'advance', stage: 1 });
    expect(wide).toMatchObject({ generation: 5, candidate: { wave: { stage: 1, stageSinceMs: 2_000 } } });
    expect(moved(wide, { kind: 'finish' })).toEqual({
      ...{
        environment: 'production',
        generation: 6,
        hash: 'b',
        revision: 'cb',
        revisionId: 2,
        removed: false,
      },
    });
  });

  it('goes back to the stable content under a generation above both', () => {
    const back = moved(offered(STABLE, 'b'), { kind: 'roll-back' }, 'It is worse.');
    expect(back).toMatchObject({ generation: 7, hash: 'a', held: { why: 'rolled-back', hash: 'b' } });
    expect(back.held?.sentences).toEqual(['It is worse.']);
  });

  it('tries what waited behind it, which may be the fix, when it goes back', () => {
    const back = moved(offered(offered(STABLE, 'b'), 'c'), { kind: 'roll-back' });
    expect(back).toMatchObject({ generation: 7, hash: 'a', candidate: { generation: 8, hash: 'c' } });
  });

  it('is moved by nobody who saw another stage, another wave, or wants to go back a stage', () => {
    const wide = moved(offered(STABLE, 'b'), { kind: 'advance', stage: 1 });
    const order = { waveId: 'production.6', stage: 1, reason: '', stages: STAGES };
    const finish = { kind: 'finish' as const };
    expect(moveWave(wide, { ...order, stage: 0, move: finish }, 0).kind).toBe('stale');
    expect(moveWave(wide, { ...order, waveId: 'production.4', move: finish }, 0).kind).toBe('stale');
    expect(moveWave(wide, { ...order, move: { kind: 'advance', stage: 0 } }, 0).kind).toBe('stale');
    expect(moveWave(wide, { ...order, move: { kind: 'advance', stage: 2 } }, 0).kind).toBe('stale');
    expect(moveWave(STABLE, { ...order, move: finish }, 0).kind).toBe('stale');
  });
});

/** Everything that can happen to a head, in any order. */
const events = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('offer' as const),
      hash: fc.constantFrom('a', 'b', 'c', 'd'),
      waves: fc.boolean(),
      held: fc.boolean(),
      accepted: fc.boolean(),
      isWhole: fc.boolean(),
    }),
    fc.record({ kind: fc.constantFrom('advance' as const, 'finish' as const, 'roll-back' as const) }),
    fc.record({ kind: fc.constant('pin' as const), hash: fc.constantFrom('a', 'b') }),
    fc.record({ kind: fc.constantFrom('unpin' as const, 'remove' as const) }),
  ),
  { maxLength: 40 },
);
type Event = typeof events extends fc.Arbitrary<(infer E)[]> ? E : never;

function apply(head: Head, event: Event): Head {
  if (event.kind === 'offer') {
    const { hash, waves, held, accepted, isWhole } = event;
    const holds = held ? ['held'] : [];
    return (
      offerContent(head, offer(hash, { stages: waves ? STAGES : [], holds, accepted, isWhole }), 1) ?? head
    );
  }
  if (event.kind === 'pin')
    return pinContent(head, { ...offer(event.hash), actor: 'ada', reason: 'r', sinceMs: 1 });
  if (event.kind === 'remove') return removeEnvironment(head);
  if (event.kind === 'unpin') return unpinContent(head, { stages: STAGES }, 1) ?? head;
  const wave = head.candidate?.wave;
  const move: WaveMove = event.kind === 'advance' ? { kind: 'advance', stage: 1 } : { kind: event.kind };
  const order = { waveId: wave?.id ?? '', stage: wave?.stage ?? 0, move, reason: 'r', stages: STAGES };
  const step = moveWave(head, order, 1);
  return step.kind === 'moved' ? step.head : head;
}

/** What anybody is served and nobody was before. */
function begun(before: Head, after: Head): string[] {
  const had = [before.hash, before.candidate?.hash];
  return [after.hash, ...(after.candidate ? [after.candidate.hash] : [])].filter(
    (hash) => !had.includes(hash),
  );
}

describe('whatever happens to a head', () => {
  it('serves nothing that was only ever held, until a person accepts it', () => {
    fc.assert(
      fc.property(events, (all) => {
        let head = STABLE;
        const free = new Set(['a']);
        for (const event of all) {
          if (event.kind === 'offer' && !event.held) free.add(event.hash);
          if (event.kind === 'pin') free.add(event.hash);
          head = apply(head, event);
          expect(free).toContain(head.hash);
          if (head.candidate !== undefined) expect(free).toContain(head.candidate.hash);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('brings nothing again that a wave took back, until a person wants it', () => {
    fc.assert(
      fc.property(events, (all) => {
        let head = STABLE;
        const taken = new Set<string>();
        for (const event of all) {
          const next = apply(head, event);
          if ((event.kind === 'offer' && event.accepted) || event.kind === 'pin') taken.delete(event.hash);
          for (const hash of begun(head, next)) expect(taken).not.toContain(hash);
          if (event.kind === 'roll-back' && head.candidate !== undefined) taken.add(head.candidate.hash);
          head = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives no instance a lower generation, and no generation other content', () => {
    fc.assert(
      fc.property(events, (all) => {
        let head = STABLE;
        const contents = new Map([[5, 'a']]);
        for (const event of all) {
          const next = apply(head, event);
          // Whoever had the candidate gets the candidate or, when it is gone, the stable one.
          const had = head.candidate?.generation ?? head.generation;
          expect(next.generation).toBeGreaterThanOrEqual(head.generation);
          if (next.candidate === undefined) expect(next.generation).toBeGreaterThanOrEqual(had);
          else expect(next.candidate.generation).toBeGreaterThanOrEqual(had);
          for (const { generation, hash } of [next, ...(next.candidate ? [next.candidate] : [])]) {
            expect(contents.get(generation) ?? hash).toBe(hash);
            contents.set(generation, hash);
          }
          if (next.candidate) expect(next.candidate.generation).toBeGreaterThan(next.generation);
          head = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
