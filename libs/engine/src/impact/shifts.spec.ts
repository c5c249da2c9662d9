import { expect, it } from '@jest/globals';
import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import { release, scenario } from '../language/scenario.js';
import type { Flag, Snapshot } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { shiftsBetween } from './index.js';

function snapshotOf(production: string, more = ''): Snapshot {
  const text = release(`${more}environments:\n  production: ${production}\n`);
  const { snapshot, errors } = scenario({ 'a.yaml': text });
  expect(errors).toEqual([]);
  return snapshot as Snapshot;
}

const flagOf = (snapshot: Snapshot) => snapshot.flags.get('a') as Flag;
const SPLIT = (on: number, more = '') => `{ split: { on: ${on}, off: ${100 - on} }${more} }`;

function shifts(before: Snapshot, after: Snapshot) {
  return shiftsBetween(flagOf(before), flagOf(after), 'production');
}

it('tells a tenfold exposure: 10 to 100 percent of everyone else', () => {
  const [rest, ...others] = shifts(snapshotOf(SPLIT(10)), snapshotOf('{ serve: on }'));
  expect(others).toEqual([]);
  expect(rest?.moved).toBeCloseTo(90, 6);
  expect(rest?.before.get('on')).toBeCloseTo(10, 6);
  expect(rest?.after.get('on')).toBe(100);
  expect(rest?.pairs).toEqual([{ from: 'off', to: 'on', percent: expect.closeTo(90, 6) }]);
  expect(rest?.units).toEqual(['targetingKey']);
});

it('moves nobody out when a percentage grows, and half of the sum when it is drawn anew', () => {
  const rule = (percent: number, more = '') =>
    `{ rules: [{ id: some, when: { orders: { gte: 5 } }, percent: ${percent}, serve: on${more} }], serve: off }`;
  const [grown] = shifts(snapshotOf(rule(25)), snapshotOf(rule(40)));
  expect(grown).toMatchObject({ rule: 'some', moved: expect.closeTo(15, 6) });
  expect(grown?.pairs).toHaveLength(1);
  // 2 × 0.25 × 0.75
  for (const edit of [', by: accountId', ', salt: again']) {
    const [drawn] = shifts(snapshotOf(rule(25)), snapshotOf(rule(25, edit)));
    expect(drawn?.moved).toBeCloseTo(37.5, 6);
    expect(drawn?.pairs.map(({ percent }) => percent)).toEqual([
      expect.closeTo(18.75, 6),
      expect.closeTo(18.75, 6),
    ]);
  }
});

it('moves nobody between algorithms that take the same buckets', () => {
  const native = SPLIT(25);
  const other = '{ split: [[on, 25], [off, 75]], bucketing: flagd-v2 }';
  const [shift] = shifts(snapshotOf(native), snapshotOf(other));
  // In code-point order `off` comes before `on`, in the list `on` comes first: so a quarter changes places with another.
  expect(shift?.moved).toBeCloseTo(50, 6);
  expect(
    shifts(snapshotOf('{ split: [[off, 75], [on, 25]], bucketing: flagd-v2 }'), snapshotOf(native)),
  ).toEqual([]);
});

it('agrees with what units really get, draws behind each other included', () => {
  const before = snapshotOf(
    `{ rules: [{ id: some, when: { orders: { gte: 5 } }, percent: 30, serve: on, salt: one }], split: { on: 20, off: 80 } }`,
  );
  const after = snapshotOf(
    `{ rules: [{ id: some, when: { orders: { gte: 5 } }, percent: 50, serve: on, salt: one }], split: { on: 60, off: 40 }, salt: two }`,
  );
  const [rule, rest] = shifts(before, after);
  for (const [shift, orders] of [
    [rule, 9],
    [rest, 0],
  ] as const) {
    const [old, now] = [before, after].map((one) =>
      compile(resolve(one, [], 'production', 'test'), { generation: 0, killed: new Set() }),
    );
    const units = 20_000;
    let moved = 0;
    for (let i = 0; i < units; i++) {
      const context = { targetingKey: `u-${i}`, orders };
      if (evaluate(old!, 'a', context, 0).variant !== evaluate(now!, 'a', context, 0).variant) moved++;
    }
    // Four standard deviations of 20,000 draws are at most 1.4 points.
    expect(Math.abs((moved / units) * 100 - (shift?.moved ?? 0))).toBeLessThan(1.4);
    expect(shift?.moved).toBeGreaterThan(5);
  }
});

it('says nothing of what stays, and takes a flag that was not listed for one that serves safe', () => {
  expect(shifts(snapshotOf(SPLIT(10)), snapshotOf(SPLIT(10)))).toEqual([]);
  const nowhere = scenario({ 'a.yaml': release() }).snapshot as Snapshot;
  expect(shifts(nowhere, snapshotOf('off'))).toEqual([]);
  expect(shifts(nowhere, snapshotOf('on'))).toMatchObject([{ moved: 100, units: [] }]);
});
