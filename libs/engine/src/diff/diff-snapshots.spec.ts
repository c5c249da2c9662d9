import { expect, it } from '@jest/globals';
import { release, STAFF, scenario, type Texts } from '../language/scenario.js';
import { diffSnapshots, environmentsMoved, movesOnlyTowardSafe } from './index.js';

function diff(before: Texts, after: Texts) {
  return diffSnapshots(scenario(before).snapshot, scenario(after).snapshot);
}

const RULES = (rules: string, rest = 'serve: off') =>
  release(`environments:\n  production:\n    rules: [${rules}]\n    ${rest}\n`);
const PILOT = '{ id: pilot, when: { segment: staff }, percent: 10, serve: on }';

it('finds nothing between equal snapshots, whatever the order and the folder', () => {
  expect(diff({ 'x/a.yaml': RULES(PILOT) }, { 'y/a.yaml': RULES(PILOT) })).toEqual([]);
  expect(diff({ 'a.yaml': release() }, { 'a.yaml': release('environments: { production: off }\n') })).toEqual(
    [],
  );
});

it('names flags that come and go', () => {
  expect(diff({ 'a.yaml': release() }, { 'b.yaml': release() })).toEqual([
    { flag: 'a', kind: 'flag-removed' },
    { flag: 'b', kind: 'flag-added' },
  ]);
});

it('tells rules apart by id', () => {
  const other = '{ id: late, when: { orders: { gte: 5 } }, serve: on }';
  const place = { flag: 'a', environment: 'production' };
  expect(diff({ 'a.yaml': RULES(PILOT) }, { 'a.yaml': RULES(PILOT.replace('10', '25')) })).toEqual([
    { ...place, kind: 'rule-percent', rule: 'pilot', from: 10, to: 25 },
  ]);
  expect(diff({ 'a.yaml': RULES(PILOT) }, { 'a.yaml': RULES(`${PILOT}, ${other}`) })).toEqual([
    { ...place, kind: 'rule-added', rule: 'late', outcome: { serve: 'on' } },
  ]);
  expect(diff({ 'a.yaml': RULES(`${PILOT}, ${other}`) }, { 'a.yaml': RULES(`${other}, ${PILOT}`) })).toEqual([
    { ...place, kind: 'rule-moved', rule: 'late' },
    { ...place, kind: 'rule-moved', rule: 'pilot' },
  ]);
  expect(
    diff({ 'a.yaml': RULES(PILOT) }, { 'a.yaml': RULES(PILOT.replace('serve: on', 'serve: off')) }),
  ).toEqual([{ ...place, kind: 'rule-outcome', rule: 'pilot', from: { serve: 'on' }, to: { serve: 'off' } }]);
});

it('reports what everyone else gets, rollouts, variants and details', () => {
  const rolling = release(
    'environments: { production: { rollout: { to: on, plan: careful }, serve: off } }\n',
  );
  const [rollout, rest] = diff(
    { 'a.yaml': rolling },
    { 'a.yaml': release('environments: { production: on }\n') },
  );
  expect(rollout).toMatchObject({ kind: 'rollout', to: undefined });
  expect(rest).toMatchObject({ kind: 'rest', from: { serve: 'off' }, to: { serve: 'on' } });
  const sizes = (values: string) => release(`variants: { ${values} }\n`);
  expect(diff({ 'a.yaml': sizes('off: 1, big: 2') }, { 'a.yaml': sizes('off: 3, huge: 4') })).toEqual([
    { flag: 'a', kind: 'variants', added: ['huge'], removed: ['big'], changed: ['off'] },
  ]);
  expect(diff({ 'a.yaml': release() }, { 'a.yaml': release('tags: [checkout]\n') })).toEqual([
    { flag: 'a', kind: 'details', fields: ['tags'] },
  ]);
});

it('follows segments through segments to the flags that use them', () => {
  const friends = {
    'segments/friends.yaml': STAFF.replace(/when: .*/, 'when: { any: [{ segment: staff }, { orders: 9 }] }'),
  };
  const flag = { 'a.yaml': RULES(PILOT.replace('staff', 'friends')), 'b.yaml': release() };
  const after = { ...friends, ...flag, 'segments/staff.yaml': STAFF.replace('@acme', '@other') };
  expect(diff({ ...friends, ...flag }, after)).toEqual([
    { flag: 'a', environment: 'production', kind: 'segment', segment: 'friends' },
  ]);
});

it('knows which changes certainly move toward safe', () => {
  const live = { 'a.yaml': release('environments: { production: on, development: on }\n') };
  const before = scenario(live).snapshot;
  const dark = diff(live, { 'a.yaml': release('environments: { production: off, development: on }\n') });
  expect([dark.length, movesOnlyTowardSafe(dark, before)]).toEqual([1, true]);
  const split = diff(live, {
    'a.yaml': release('environments: { production: { split: { on: 50, off: 50 } }, development: on }\n'),
  });
  expect(movesOnlyTowardSafe(split, before)).toBe(false);
  expect(environmentsMoved(split, before)).toEqual(new Set(['production']));
});
