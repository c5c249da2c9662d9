import { expect, it } from '@jest/globals';
import { change, PROJECT, release, STAFF, scenario, sourceFile, type Texts } from '../language/scenario.js';

const ARCHIVED = release('archived: 2026-10-01\nserve: off\n');
const RULE = (id: number) => `{ id: r${id}, when: { orders: { gte: ${id} } }, serve: on }`;

function flags(count: number, text: string): Texts {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}.yaml`, text]));
}

function withRules(count: number, rest = 'on'): string {
  const rules = Array.from({ length: count }, (_, index) => RULE(index)).join(', ');
  const list = count === 0 ? '' : `rules: [${rules}], `;
  return release(`environments: { development: { ${list}serve: ${rest} } }\n`);
}

function vip(count: number): Texts {
  const names = Array.from({ length: count }, (_, index) => `a${index}`).join(', ');
  return { 'segments/vip.yaml': STAFF.replace(/when: .*/, `when: { accountId: [${names}] }`) };
}

it('holds a commit that deletes a large share of the flags, with its share, and puts nothing back', () => {
  const shop = change(flags(10, ARCHIVED), flags(4, ARCHIVED));
  expect(shop.result.holds).toEqual([
    {
      kind: 'mass-change',
      sentence: 'The revision deletes 6 of 10 flags (60 %; limits.massChange is 30 %).',
      paths: ['f4.yaml', 'f5.yaml', 'f6.yaml', 'f7.yaml', 'f8.yaml', 'f9.yaml'],
      share: 60,
      limit: 30,
    },
  ]);
  expect([shop.errors, shop.result.state, shop.snapshot.flags.size]).toEqual([[], 'accepted', 4]);
  expect(shop.warnings).toContain('f9.yaml mass-change');
  expect(change(flags(10, ARCHIVED), flags(7, ARCHIVED)).result.holds).toEqual([]);
});

it('counts no deletion that is refused, since the flag stays', () => {
  const shop = change(flags(10, release()), flags(4, release()));
  expect(shop.errors).toContain('f9.yaml delete-live-flag');
  expect([shop.result.holds, shop.snapshot.flags.size]).toEqual([[], 10]);
});

it('holds a commit that takes out many rules, but not where everybody gets safe afterwards', () => {
  const before = { 'a.yaml': withRules(8), 'b.yaml': withRules(2) };
  const emptied = change(before, { ...before, 'a.yaml': withRules(2) });
  expect(emptied.result.holds).toMatchObject([{ kind: 'mass-change', share: 60, paths: ['a.yaml'] }]);
  expect(change(before, { ...before, 'a.yaml': withRules(0, 'off') }).result.holds).toEqual([]);
  expect(change(before, { ...before, 'a.yaml': release() }).result.holds).toEqual([]);
});

it('holds a commit that empties a segment, and no other edit of it', () => {
  expect(change(vip(20), vip(5)).result.holds).toMatchObject([
    { sentence: expect.stringContaining('15 of 20 members of the segment "vip"'), share: 75 },
  ]);
  expect(change(vip(20), vip(15)).result.holds).toEqual([]);
  expect(change(vip(5), vip(20)).result.holds).toEqual([]);
});

it('does not hold a file that goes back to a version which was live', () => {
  const old = sourceFile('segments/vip.yaml', vip(5)['segments/vip.yaml'] as string);
  const liveBefore = new Set([`${old.path}:${old.blob}`]);
  expect(change(vip(20), vip(5), { liveBefore }).result.holds).toEqual([]);
});

it('measures by the limit in force, not by one that the same commit brings', () => {
  const loose = `${PROJECT}limits: { flagsPerTeam: 40, ageDays: 180, jumpPoints: 10, massChange: 100 }\n`;
  const shop = change(flags(10, ARCHIVED), { ...flags(4, ARCHIVED), 'guidon.yaml': loose });
  const raised = 'It raises limits.massChange from 30 to 100.';
  expect(shop.result.holds).toMatchObject([
    { kind: 'mass-change', limit: 30 },
    { kind: 'protection-change', sentence: raised },
  ]);
});

it('counts nothing that a frozen file would have taken away', () => {
  const broken = { 'segments/vip.yaml': `${vip(1)['segments/vip.yaml']}unknown: 1\n` };
  expect(change(vip(20), broken).result.holds).toEqual([]);
});

it('holds nothing in the first revision of a store', () => {
  expect(scenario({ ...flags(3, ARCHIVED), allowed_signers: 'ada ssh-ed25519 AAAA\n' }).result.holds).toEqual(
    [],
  );
});
