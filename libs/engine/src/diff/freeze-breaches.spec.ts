import { expect, it } from '@jest/globals';
import { NOW_MS, PROJECT, release, scenario, type Texts } from '../language/scenario.js';
import type { Snapshot } from '../model/index.js';
import { diffSnapshots, freezeBreaches } from './index.js';

const FREEZE =
  '{ from: 2026-11-20T00:00:00+01:00, to: 2026-12-01T00:00:00+01:00, reason: Black Friday week }';
const FROZEN = PROJECT.replace('protected: true', `protected: true\n    freeze: [${FREEZE}]`);
const IN = (production: string) => release(`environments:\n  development: on\n  production: ${production}\n`);

function breaches(before: Texts, after: Texts, nowMs = NOW_MS) {
  const old = scenario({ 'guidon.yaml': FROZEN, ...before }).snapshot as Snapshot;
  const now = scenario({ 'guidon.yaml': FROZEN, ...after }).snapshot as Snapshot;
  return freezeBreaches(diffSnapshots(old, now), old, now, nowMs);
}

it('names the flags that would move in a frozen environment', () => {
  expect(breaches({ 'a.yaml': IN('off') }, { 'a.yaml': IN('on') })).toEqual([
    {
      environment: 'production',
      flags: ['a'],
      freeze: expect.objectContaining({ reason: 'Black Friday week' }),
    },
  ]);
});

it('lets pass what goes toward safe, what is described anew, and what concerns another environment', () => {
  expect(breaches({ 'a.yaml': IN('on') }, { 'a.yaml': IN('off') })).toEqual([]);
  const described = IN('on').replace('A flag', 'Another description');
  expect(breaches({ 'a.yaml': IN('on') }, { 'a.yaml': described })).toEqual([]);
  const elsewhere = IN('on').replace('development: on', 'development: off');
  expect(breaches({ 'a.yaml': elsewhere }, { 'a.yaml': IN('on') })).toEqual([]);
});

it('lets a new flag in that serves only safe there, and no other', () => {
  expect(breaches({}, { 'a.yaml': IN('off') })).toEqual([]);
  expect(breaches({}, { 'a.yaml': IN('on') })).toMatchObject([{ flags: ['a'] }]);
  expect(breaches({}, { 'a.yaml': IN('{ rollout: { to: on, plan: careful }, serve: off }') })).toMatchObject([
    { flags: ['a'] },
  ]);
});

it('counts neither before a freeze begins nor after it has ended, and not one that the change takes out', () => {
  const [off, on] = [{ 'a.yaml': IN('off') }, { 'a.yaml': IN('on') }];
  expect(breaches(off, on, Date.parse('2026-11-20T00:00:00+01:00') - 1)).toEqual([]);
  expect(breaches(off, on, Date.parse('2026-11-20T00:00:00+01:00'))).toHaveLength(1);
  expect(breaches(off, on, Date.parse('2026-12-01T00:00:00+01:00'))).toEqual([]);
  expect(breaches(off, { ...on, 'guidon.yaml': PROJECT })).toHaveLength(1);
});
