import { describe, expect, it } from '@jest/globals';
import { release, STAFF, scenario } from '../language/scenario.js';
import type { Flag } from '../model/index.js';
import { type AnswerCount, estimateMoves } from './index.js';

const NOTHING = { segments: new Set<string>(), flags: new Set<string>() };

function flagOf(production: string, more = ''): Flag {
  const text = release(`${more}environments:\n  production: ${production}\n`);
  const { snapshot, errors } = scenario({ 'a.yaml': text });
  expect(errors).toEqual([]);
  return snapshot?.flags.get('a') as Flag;
}

const rule = (percent: number, when = 'orders: { gte: 5 }') =>
  `{ rules: [{ id: some, when: { ${when} }, percent: ${percent}, serve: on }], serve: off }`;
const BY_RULE = { rule: 'some', variant: 'on', reason: 'SPLIT' };
const REST = { variant: 'off', reason: 'DEFAULT' };

function estimate(before: string, after: string, counts: readonly AnswerCount[], affected = NOTHING) {
  const versions = { before: flagOf(before), after: flagOf(after) };
  return estimateMoves(versions, 'production', { counts, affected });
}

describe('an estimate from counts', () => {
  it('finds those whom a rule lets go on by the part that it takes', () => {
    // A tenth of the matching is 50, so 450 of the 950 others are of them.
    const counts = [
      { ...BY_RULE, evaluations: 50 },
      { ...REST, evaluations: 950 },
    ];
    const found = estimate(rule(10), rule(100), counts)!;
    expect(found.evaluations).toBe(1_000);
    expect(found.changed.share).toBeCloseTo(0.45, 6);
    // Wilson's interval of 50 of 1,000 is 3.8 to 6.5 percent; nine times that.
    expect(found.changed.low).toBeCloseTo(9 * 0.03814, 3);
    expect(found.changed.high).toBeCloseTo(9 * 0.06531, 3);
    expect(found.pairs).toMatchObject([{ from: 'off', to: 'on', share: found.changed.share }]);
    expect(found.unknowns).toEqual([]);
    expect(found.atMost).toBeCloseTo(found.changed.high, 9);
    expect(found.replay.passages).toEqual([
      { from: 'off', to: 'on', contexts: expect.closeTo(450, 3) },
      { from: 'on', to: 'on', contexts: 50 },
      { from: 'off', to: 'off', contexts: expect.closeTo(500, 3) },
    ]);
  });

  it('leaves those of a rule where they are when everyone else gets something else', () => {
    const after = '{ rules: [{ id: some, when: { orders: { gte: 5 } }, serve: on }], serve: on }';
    const counts = [
      { rule: 'some', variant: 'on', reason: 'TARGETING_MATCH', evaluations: 300 },
      { ...REST, evaluations: 700 },
    ];
    const found = estimate(after.replace(/on }$/, 'off }'), after, counts)!;
    expect(found.changed.share).toBeCloseTo(0.7, 9);
    expect(found.pairs).toMatchObject([{ from: 'off', to: 'on' }]);
  });

  it('takes who came through a rule out of everyone else where both change', () => {
    const counts = [
      { ...BY_RULE, evaluations: 50 },
      { ...REST, evaluations: 950 },
    ];
    // 500 match and all get "on"; of the 500 others a fifth does.
    const after =
      '{ rules: [{ id: some, when: { orders: { gte: 5 } }, serve: on }], split: { on: 20, off: 80 }, salt: other }';
    const found = estimate(rule(10), after, counts)!;
    expect(found.changed.share).toBeCloseTo(0.45 + 0.1, 6);
  });

  it.each([
    ['condition-changed', rule(10), rule(10, 'orders: { gte: 6 }')],
    ['rule-added', '{ serve: off }', rule(10)],
  ])('gives no more than an upper bound for %s', (kind, before, after) => {
    const counts = [
      ...(kind === 'rule-added' ? [] : [{ ...BY_RULE, evaluations: 50 }]),
      { ...REST, evaluations: 950 },
    ];
    const found = estimate(before, after, counts)!;
    expect(found.unknowns).toEqual([{ kind, rule: 'some' }]);
    expect(found.changed.share).toBe(0);
    // A tenth of everyone else may come in, and who is in may fall out.
    expect(found.atMost * found.evaluations).toBeCloseTo(kind === 'rule-added' ? 95 : 145, 6);
  });

  it('takes a rule for unknown whose segment or flag takes others', () => {
    const text = '{ rules: [{ id: some, when: { segment: staff }, serve: on }], serve: off }';
    const { snapshot } = scenario({
      'a.yaml': release(`environments:\n  production: ${text}\n`),
      'segments/staff.yaml': STAFF,
    });
    const flag = snapshot?.flags.get('a') as Flag;
    expect(flag).toBeDefined();
    const given = {
      counts: [{ ...REST, evaluations: 10 }],
      affected: { ...NOTHING, segments: new Set(['staff']) },
    };
    const found = estimateMoves({ before: flag, after: flag }, 'production', given);
    expect(found).toMatchObject({ unknowns: [{ kind: 'condition-changed', rule: 'some' }], atMost: 1 });
    const still = estimateMoves({ before: flag, after: flag }, 'production', { ...given, affected: NOTHING });
    expect(still).toMatchObject({ unknowns: [], changed: { share: 0, high: 0 }, atMost: 0 });
  });

  it('sets aside what was answered while killed, in error, or by a rule that the base does not have', () => {
    const found = estimate('{ serve: off }', '{ serve: on }', [
      { variant: 'off', reason: 'DISABLED', evaluations: 7 },
      { variant: 'off', reason: 'ERROR', evaluations: 5 },
      { variant: 'on', reason: 'TARGETING_MATCH', rule: 'gone', evaluations: 3 },
      { variant: 'off', reason: 'STATIC', evaluations: 85 },
    ])!;
    expect(found).toMatchObject({
      evaluations: 85,
      changed: { share: 1, high: 1 },
      unknowns: [
        { kind: 'killed', evaluations: 7 },
        { kind: 'failed', evaluations: 5 },
        { kind: 'another-version', evaluations: 3 },
      ],
    });
  });

  it('says nothing without counts', () => {
    expect(estimate('{ serve: off }', '{ serve: on }', [])).toBeUndefined();
  });
});
