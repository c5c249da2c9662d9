import { expect, it } from '@jest/globals';
import { change, PROJECT, release, scenario, sourceFiles, type Texts } from '../language/scenario.js';

const ACCESS = 'access:\n  - { role: responder, team: releases, environments: [production] }\n';
const SIGNERS = 'ada@acme.example ssh-ed25519 AAAA\n';

function holds(before: string, after: string, files: { before?: Texts; after?: Texts } = {}): string[] {
  const shop = change({ 'guidon.yaml': before, ...files.before }, { 'guidon.yaml': after, ...files.after });
  expect(shop.result.frozen).toEqual([]);
  return shop.result.holds.map(({ kind, sentence }) => `${kind}: ${sentence}`);
}

it('holds a role that is given, taken or widened', () => {
  expect(holds(PROJECT, PROJECT + ACCESS)).toEqual([
    'access-change: It adds the role responder for releases in production.',
  ]);
  expect(holds(PROJECT + ACCESS, PROJECT)).toEqual([
    'access-change: It removes the role responder for releases in production.',
  ]);
  const wider = ACCESS.replace('[production]', '[development, production]');
  expect(holds(PROJECT + ACCESS, PROJECT + wider)[0]).toContain('in development, production.');
});

it('holds whoever comes into a team, and nobody who leaves one', () => {
  const more = PROJECT.replace('[gus@acme.example]', '[gus@acme.example, eve@acme.example]');
  expect(holds(PROJECT, more)).toEqual(['access-change: It takes eve@acme.example into the team releases.']);
  expect(holds(more, PROJECT)).toEqual([]);
});

it('lets a new team come, but not with rights and not with a flag of others', () => {
  const founded = PROJECT.replace('plans:', '  search: { members: [eve@acme.example] }\nplans:');
  expect(founded).not.toBe(PROJECT);
  expect(holds(PROJECT, founded)).toEqual([]);
  const named = founded + ACCESS.replace('releases', 'search');
  expect(holds(PROJECT, named)[0]).toContain('It takes eve@acme.example into the team search.');
  const mine = { 'a.yaml': release() };
  const taken = { 'a.yaml': release().replace('owner: payments', 'owner: search') };
  expect(holds(PROJECT, founded, { before: mine, after: taken })).toEqual([
    'access-change: It gives 1 flags to teams that are new: search.',
  ]);
});

it('holds a change of the commit rules, looser or stricter', () => {
  const strict = `${PROJECT}commits: { signatures: required, reviews: 1, rewrite: refused }\n`;
  expect(holds(PROJECT, strict)).toEqual([
    'commits-change: It changes commits.signatures from optional to required, commits.reviews from 0 to 1.',
  ]);
  expect(holds(strict, PROJECT)).toHaveLength(1);
});

it('holds every change of the allowed signers, and keeps the file among the live ones', () => {
  const before = { allowed_signers: SIGNERS };
  expect(holds(PROJECT, PROJECT, { after: before })[0]).toContain('It adds allowed_signers');
  expect(holds(PROJECT, PROJECT, { before })[0]).toContain('It deletes allowed_signers');
  const after = { allowed_signers: SIGNERS.replace('ada', 'eve') };
  expect(holds(PROJECT, PROJECT, { before, after })[0]).toContain('It changes allowed_signers');
  expect(holds(PROJECT, PROJECT, { before, after: before })).toEqual([]);
});

it('keeps allowed signers that cannot be read at their last good version, and says so', () => {
  const { snapshot } = scenario({ allowed_signers: SIGNERS });
  const good = snapshot.files.get('allowed_signers');
  const bytes = new Uint8Array([0x61, 0xff]);
  const bad = { path: 'allowed_signers', blob: 'bad', bytes };
  for (const file of [
    bad,
    { ...bad, entry: 'symlink' as const },
    { ...bad, bytes: new Uint8Array(1_100_000) },
  ]) {
    const shop = scenario({}, { previous: snapshot, files: [...sourceFiles({}), file] });
    expect(shop.result.frozen).toEqual(['allowed_signers']);
    expect([shop.errors.length, shop.result.holds]).toEqual([1, []]);
    expect(shop.snapshot.files.get('allowed_signers')).toEqual({ ...good, frozen: true });
  }
});

it('judges a frozen guidon.yaml by what is live of it', () => {
  const shop = change({}, { 'guidon.yaml': `${PROJECT}${ACCESS}surprise: 1\n` });
  expect([shop.result.frozen, shop.result.holds]).toEqual([['guidon.yaml'], []]);
});
