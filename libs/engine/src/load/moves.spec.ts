import { expect, it } from '@jest/globals';
import {
  change,
  PROJECT,
  release,
  STAFF,
  scenario,
  sourceFile,
  sourceFiles,
  type Texts,
} from '../language/scenario.js';

const ON = release('environments: { development: on }\n');
const ARCHIVED = release('archived: 2026-10-01\nserve: off\n');
const TESTS = 'cases: [{ name: on, expect: { development: on } }]\n';
const USES_STAFF = release(
  'environments: { development: { rules: [{ id: r, when: { segment: staff }, serve: on }], serve: off } }\n',
);

/** What a server with an empty memory makes of the versions in its store. */
function coldStart(shop: ReturnType<typeof scenario>, ...texts: Texts[]) {
  const all = Object.fromEntries(
    texts.flatMap((some) => Object.values(some).map((text) => [`blob of ${text}`, text])),
  );
  const files = [...shop.snapshot.files.values()].map(({ path, blob }) =>
    sourceFile(path, all[blob] ?? blob.slice('blob of '.length)),
  );
  return scenario({}, { files });
}

it('moves a flag and its tests together, and nothing changes', () => {
  const shop = change({ 'p/a.yaml': ON, 'p/a.test.yaml': TESTS }, { 'q/a.yaml': ON, 'q/a.test.yaml': TESTS });
  expect([shop.errors, shop.warnings, shop.result.state]).toEqual([[], [], 'accepted']);
});

it.each([
  ['a flag without its tests', { 'q/a.yaml': ON, 'p/a.test.yaml': TESTS }, 'q/a.yaml breaks-other-file'],
  ['tests without their flag', { 'p/a.yaml': ON, 'q/a.test.yaml': TESTS }, 'q/a.test.yaml test-without-flag'],
  ['both, to two folders', { 'q/a.yaml': ON, 'r/a.test.yaml': TESTS }, 'r/a.test.yaml test-without-flag'],
  [
    'a flag that is edited, without its tests',
    { 'q/a.yaml': ON.replace('A flag', 'Edited'), 'p/a.test.yaml': TESTS },
    'q/a.yaml breaks-other-file',
  ],
])('refuses to move %s, and the store still loads by itself', (_what, after, error) => {
  const before = { 'p/a.yaml': ON, 'p/a.test.yaml': TESTS };
  const shop = change(before, after);
  expect(shop.errors).toContain(error);
  expect([...shop.snapshot.files.keys()]).toEqual(expect.arrayContaining(['p/a.yaml', 'p/a.test.yaml']));
  const again = coldStart(shop);
  expect([again.errors, again.variant('a', 'development')]).toEqual([[], 'on']);
});

it('refuses a new spelling of a live key, for flags, segments and tests, and keeps the old one', () => {
  const before = {
    'a.yaml': USES_STAFF,
    'a.test.yaml': 'cases: [{ name: off, expect: { development: off } }]\n',
  };
  const renamed = {
    'A.yaml': USES_STAFF,
    'A.test.yaml': before['a.test.yaml'],
    'segments/staff.yaml': '',
    'segments/Staff.yaml': STAFF,
  };
  const shop = change(before, renamed);
  expect(shop.errors).toEqual([
    'A.test.yaml duplicate-key',
    'A.yaml duplicate-key',
    'segments/Staff.yaml duplicate-key',
  ]);
  expect([...shop.snapshot.flags.keys(), ...shop.snapshot.segments.keys()]).toEqual(['a', 'staff']);
  expect(shop.variant('a', 'development', { context: { email: 'x@acme.example' } })).toBe('on');
  expect(coldStart(shop).errors).toEqual([]);
});

it('never gives the key of a deleted flag to another one, but lets the deletion be reverted', () => {
  const old = { ...sourceFile('a.yaml', ARCHIVED), blob: 'a1' };
  const liveBefore = new Set([`${old.path}:${old.blob}`]);
  const { snapshot: previous } = scenario({ 'b.yaml': ON });
  const again = scenario({ 'b.yaml': ON, 'x/A.yaml': ON }, { previous, liveBefore });
  expect(again.errors).toEqual(['x/A.yaml key-used-again']);
  const back = scenario({}, { previous, liveBefore, files: [...sourceFiles({ 'b.yaml': ON }), old] });
  expect([back.errors, back.result.state]).toEqual([[], 'accepted']);
  // Nobody knows of a store's past at its first revision.
  expect(scenario({ 'a.yaml': ON }, { liveBefore }).errors).toEqual([]);
});

it('names the files that stand on a frozen one, through others too', () => {
  const files = {
    'a.yaml': USES_STAFF,
    'b.yaml': release('requires: { a: on }\n'),
    'c.yaml': ON,
  };
  const shop = change(files, { ...files, 'segments/staff.yaml': 'owner: [\n' });
  const told = shop.result.findings.filter(({ code }) => code === 'stands-on-frozen');
  expect(told).toMatchObject([{ path: 'segments/staff.yaml', severity: 'warning' }]);
  expect(told[0]?.sentence).toBe(
    'Its last good version stays in force for what depends on it: a.yaml, b.yaml.',
  );
});

it('names what a frozen guidon.yaml has judged, and who depends on a flag that was deleted alive', () => {
  const project = change(
    { 'c.yaml': ON },
    { 'c.yaml': ON.replace('A flag', 'Edited'), 'guidon.yaml': 'x: [\n' },
  );
  expect(sentences(project, 'guidon.yaml')).toEqual([
    'Its last good version stays in force for all 1 flags and 1 segments; by it were judged the changes of c.yaml.',
  ]);
  const needs = { 'b.yaml': release('requires: { a: on }\n') };
  const deleted = change({ 'a.yaml': ON, ...needs }, needs);
  expect(deleted.errors).toEqual(['a.yaml breaks-other-file']);
  expect(sentences(deleted, 'a.yaml')).toEqual([expect.stringContaining('depends on it: b.yaml.')]);
});

function sentences({ result }: ReturnType<typeof scenario>, path: string): string[] {
  return result.findings
    .filter((finding) => finding.path === path && finding.code === 'stands-on-frozen')
    .map(({ sentence }) => sentence);
}

it('tells what a good revision takes away', () => {
  const two = `${TESTS.slice(0, -2)}, { name: again, expect: { development: on } }]\n`;
  const before = {
    'a.yaml': ON,
    'a.test.yaml': two,
    'b.yaml': ARCHIVED,
    'c.yaml': ON,
    'c.test.yaml': TESTS,
    'segments/vip.yaml': STAFF,
  };
  const after = { 'a.yaml': ON, 'a.test.yaml': TESTS, 'c.yaml': release() };
  const shop = change(before, after);
  expect([shop.errors, shop.warnings]).toEqual([
    [],
    [
      'a.test.yaml fewer-cases',
      'b.yaml file-deleted',
      'c.test.yaml file-deleted',
      'c.yaml environment-unlisted',
      'segments/vip.yaml file-deleted',
    ],
  ]);
});

it('tells which limits change', () => {
  const limits = `${PROJECT}limits: { flagsPerTeam: 40, ageDays: 180, jumpPoints: 20, massChange: 30 }\n`;
  const shop = change({ 'guidon.yaml': limits }, { 'guidon.yaml': limits.replace('20', '50') });
  expect(shop.result.findings).toMatchObject([
    { path: 'guidon.yaml', code: 'limits-changed', sentence: 'It changes jumpPoints from 20 to 50.' },
  ]);
});

it('tells which plan lost a safeguard', () => {
  const guarded = PROJECT.replace('    holdout: 1\n', '    holdout: 1\n    deadline: 7d\n');
  const shop = change({ 'guidon.yaml': guarded }, { 'guidon.yaml': PROJECT.replace('    holdout: 1\n', '') });
  expect(shop.result.findings).toMatchObject([
    {
      code: 'plan-loosened',
      pointer: '/plans/careful',
      sentence: expect.stringContaining('holdout, deadline'),
    },
    // Without it nobody is left to compare with at 100 percent.
    { code: 'stage-without-control', pointer: '/plans/careful/stages/4' },
  ]);
});

it('warns of a file whose last line does not end, since a torn one looks like that', () => {
  const shop = scenario({ 'a.yaml': ON.trimEnd() });
  expect([shop.errors, shop.warnings]).toEqual([[], ['a.yaml no-final-newline']]);
  expect(shop.result.findings[0]).toMatchObject({ line: 6, column: 1 });
});

it('points at the field in which the syntax breaks', () => {
  const { result } = scenario({ 'a.yaml': `${release()}environments:\n  production:\n    serve: [on\n` });
  expect(result.findings[0]).toMatchObject({
    code: 'yaml-syntax',
    pointer: expect.stringMatching(/^\/environments\/production\/serve/),
  });
});

it('takes a comma before a bracket for a sign that something is missing, and points into the list', () => {
  const tagged = (tags: string) => scenario({ 'a.yaml': release(`tags: ${tags}\n`) }).result.findings;
  expect(tagged('[checkout, ]')).toMatchObject([
    { code: 'trailing-comma', severity: 'warning', line: 6, column: 16, pointer: '/tags' },
  ]);
  expect(tagged('[\n  checkout,\n]')).toEqual([]);
  expect(tagged('[checkout, , checkout]')[0]).toMatchObject({ code: 'yaml-syntax', pointer: '/tags' });
});
