import type { RulesetDocument } from '@guidon/protocol';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { document, flag, patchBetween, ruleset } from '../test/documents.js';
import { RulesetHolder } from './ruleset-holder.js';

const served = (holder: RulesetHolder, key: string) => holder.view?.flags.get(key)?.evaluate({}, 0).value;

function holding(...documents: RulesetDocument[]): RulesetHolder {
  const holder = new RulesetHolder();
  for (const each of documents) holder.offer(each, 'network');
  return holder;
}

const one = document(1, ruleset({ a: flag('off'), b: flag('on') }));
const two = document(2, ruleset({ a: flag('on'), b: flag('on') }, { revision: 'second' }));

describe('RulesetHolder', () => {
  test('serves what it was offered and names every flag as changed', () => {
    const holder = new RulesetHolder();
    expect([...holder.offer(one, 'network').changed].sort()).toEqual(['a', 'b']);
    expect([served(holder, 'a'), served(holder, 'b'), holder.source]).toEqual([false, true, 'network']);
  });

  test('applies a patch and names only the flags that changed', () => {
    const holder = holding(one);
    const outcome = holder.patch(patchBetween(one, two));
    expect([outcome.kind, [...outcome.changed]]).toEqual(['taken', ['a']]);
    expect([served(holder, 'a'), holder.view?.generation, holder.view?.revision]).toEqual([
      true,
      2,
      'second',
    ]);
    expect(holder.document).toEqual(two);
  });

  test('asks for the whole when a patch does not give the hash, and then takes even the same generation', () => {
    const holder = holding(one);
    const outcome = holder.patch({ ...patchBetween(one, two), hash: 'f'.repeat(32) });
    expect(outcome).toMatchObject({ kind: 'refetch', why: 'hash', whole: true });
    expect(served(holder, 'a')).toBe(false);
    expect(holder.offer(one, 'network').kind).toBe('taken');
    expect(holder.patch(patchBetween(one, two)).kind).toBe('taken');
  });

  test('asks for the whole when a patch cannot be applied at all', () => {
    const broken = { ...patchBetween(one, two), set: { a: 7n } } as never;
    expect(holding(one).patch(broken)).toMatchObject({ kind: 'refetch', why: 'broken', whole: true });
  });

  test('keeps the old ruleset when a format is unknown, but takes the kills beside it', () => {
    const holder = holding(one);
    const kills = { kills: [{ id: 'k1', flags: ['b'] }], revived: [] };
    const later = { ...document(9, two, { kills }), format: 2 } as unknown as RulesetDocument;
    expect(holder.offer(later, 'network')).toMatchObject({ kind: 'kept', why: 'format' });
    expect([served(holder, 'b'), holder.view?.generation]).toEqual([false, 1]);
  });

  test('lays kills over every ruleset, whichever came first', () => {
    const holder = new RulesetHolder();
    holder.addKills({ kills: [{ id: 'k1', flags: ['b'] }] });
    holder.offer(one, 'network');
    expect(holder.view?.flags.get('b')?.evaluate({}, 0)).toMatchObject({ value: false, reason: 'DISABLED' });
    holder.offer(two, 'network');
    expect(served(holder, 'b')).toBe(false);
    expect([...holder.addKills({ revived: ['k1'] }).changed]).toEqual(['b']);
    expect(served(holder, 'b')).toBe(true);
  });

  test('names the flags that lean on a changed flag or segment, through any number of steps', () => {
    const leaning = ruleset(
      {
        base: flag('on'),
        middle: flag('on', { requires: [{ flag: 'base', variants: ['on'] }] }),
        top: flag('off', {
          rules: [
            { id: 'r', when: { op: 'flag', flag: 'middle', variants: ['on'] }, outcome: { serve: 'on' } },
          ],
        }),
        seg: flag('off', {
          rules: [
            { id: 'r', when: { op: 'not', of: { op: 'segment', any: ['outer'] } }, outcome: { serve: 'on' } },
          ],
        }),
        free: flag('on'),
      },
      {
        segments: {
          inner: { op: 'boolean', attribute: 'x', is: true },
          outer: { op: 'all', of: [{ op: 'segment', any: ['inner'] }] },
        },
      },
    );
    const before = document(1, leaning);
    const holder = holding(before);
    expect([...holder.addKills({ kills: [{ id: 'k', flags: ['base'] }] }).changed].sort()).toEqual([
      'base',
      'middle',
      'top',
    ]);
    const segments = { ...leaning.segments, inner: { op: 'boolean', attribute: 'x', is: false } as const };
    const after = document(2, { ...leaning, segments });
    expect([...holder.patch(patchBetween(before, after)).changed]).toEqual(['seg']);
  });

  test('starts from the kills of the new environment when a key was bound to another one', () => {
    const holder = holding(
      document(1, ruleset({ a: flag('on') }), {
        kills: { kills: [{ id: 'k1', flags: ['a'] }], revived: [] },
      }),
    );
    holder.connected();
    holder.addKills({ kills: [{ id: 'k2', flags: ['b'] }] });
    holder.offer(
      document(1, ruleset({ a: flag('on'), b: flag('on') }, { environment: 'staging' }), { lineage: 'l2' }),
      'network',
    );
    expect([served(holder, 'a'), served(holder, 'b')]).toEqual([true, false]);
  });

  test('refuses an environment that was not asked for, kills included', () => {
    const holder = new RulesetHolder('staging');
    const kills = { kills: [{ id: 'k1', flags: ['a'] }], revived: [] };
    expect(holder.offer(document(1, one, { kills }), 'network').why).toBe('environment');
    expect([holder.view, holder.kills.kills]).toEqual([undefined, []]);
  });

  test('serves the other flags when one makes no sense', () => {
    const odd = {
      ...one,
      flags: { ...one.flags, odd: null, odder: { rules: 7 } },
    } as unknown as RulesetDocument;
    const holder = holding(odd);
    expect([served(holder, 'b'), holder.view?.flags.get('odd')?.evaluate({}, 0).errorCode]).toEqual([
      true,
      'GENERAL',
    ]);
  });

  test('takes keys that name members of Object like any other', () => {
    const holder = holding(document(1, ruleset({ constructor: flag('on') })));
    expect([served(holder, 'constructor'), holder.view?.flags.get('toString')]).toEqual([true, undefined]);
  });
});

describe('over any order of events', () => {
  /** Three lineages of five generations; in generation g of a lineage flag `f` is on if g is odd. */
  const at = (lineage: string, g: number) =>
    document(g, ruleset({ f: flag(g % 2 === 1 ? 'on' : 'off'), x: flag('on') }), { lineage });
  const place = fc.record({ lineage: fc.constantFrom('l1', 'l2', 'l3'), g: fc.integer({ min: 1, max: 5 }) });
  const event = fc.oneof(
    place.map(({ lineage, g }) => ({ type: 'document' as const, document: at(lineage, g) })),
    place
      .filter(({ g }) => g > 1)
      .map(({ lineage, g }) => ({
        type: 'patch' as const,
        patch: patchBetween(at(lineage, g - 1), at(lineage, g)),
      })),
    place.map(({ lineage, g }) => ({
      type: 'bad-patch' as const,
      patch: { ...patchBetween(at(lineage, 1), at(lineage, g)), hash: '0'.repeat(32) },
    })),
    fc.constantFrom('k1', 'k2').map((id) => ({ type: 'kill' as const, id })),
    fc.constantFrom('k2').map((id) => ({ type: 'revive' as const, id })),
    fc.constant({ type: 'connected' as const }),
  );

  type Step = typeof event extends fc.Arbitrary<infer T> ? T : never;

  function perform(holder: RulesetHolder, step: Step): void {
    switch (step.type) {
      case 'document':
        holder.offer(step.document, 'network');
        break;
      case 'patch':
      case 'bad-patch':
        holder.patch(step.patch);
        break;
      case 'kill':
        holder.addKills({ kills: [{ id: step.id, flags: [step.id === 'k1' ? 'x' : 'f'] }] });
        break;
      case 'revive':
        holder.addKills({ revived: [step.id] });
        break;
      case 'connected':
        holder.connected();
    }
  }

  /** `x` is held by a kill that nobody revives, `f` by one that may be revived. */
  function expectKillsToHold(holder: RulesetHolder, past: readonly Step[]): void {
    const killed = past.some((step) => step.type === 'kill' && step.id === 'k1');
    const revived = past.some((step) => step.type === 'revive');
    expect(served(holder, 'x')).toBe(!killed);
    if (revived) expect(holder.view?.killed.has('f')).toBe(false);
  }

  test('never goes back in a lineage, never loses a kill, and serves what its generation says', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (steps) => {
        const holder = new RulesetHolder();
        const highest = new Map<string, number>();
        for (const [i, step] of steps.entries()) {
          perform(holder, step);
          const { stamp, view } = holder;
          if (stamp === undefined || view === undefined) continue;
          expect(stamp.generation).toBeGreaterThanOrEqual(highest.get(stamp.lineage) ?? 0);
          highest.set(stamp.lineage, stamp.generation);
          expect(view.generation).toBe(stamp.generation);
          expect(served(holder, 'f')).toBe(!view.killed.has('f') && stamp.generation % 2 === 1);
          expectKillsToHold(holder, steps.slice(0, i + 1));
        }
      }),
      { numRuns: 300 },
    );
  });
});
