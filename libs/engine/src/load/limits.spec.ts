import { expect, it } from '@jest/globals';
import {
  change,
  codesOf,
  PROJECT,
  release,
  scenario,
  sourceFile,
  sourceFiles,
  type Texts,
} from '../language/scenario.js';
import type { Flag } from '../model/index.js';
import { evaluateDry } from './dry-evaluation.js';
import { load } from './index.js';

const NOW_MS = Date.UTC(2026, 10, 23);

function project(from: string, to: string): readonly string[] {
  const { errors, warnings } = scenario({ 'guidon.yaml': PROJECT.replace(from, to) });
  return [...errors, ...warnings].map((one) => one.replace('guidon.yaml ', ''));
}

const names = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index)).join(', ');

it('refuses files that are too large, not UTF-8 or too deep', () => {
  expect(codesOf(`${release()}# ${'x'.repeat(1_048_576)}\n`)).toEqual(['file-too-large']);
  const files = sourceFiles({}).concat({
    path: 'a.yaml',
    blob: 'b',
    bytes: new Uint8Array([0x61, 0xff, 0x62]),
  });
  expect(scenario({}, { files }).errors).toEqual(['a.yaml not-utf8']);
  expect(codesOf(`a: ${'['.repeat(5000)}`)).toEqual(['too-deep']);
  expect(codesOf(`a: ${'['.repeat(70)}x${']'.repeat(70)}\n`)).toContain('too-deep');
  expect(codesOf(`${'- '.repeat(5000)}x\n`)).toEqual(['too-deep']);
});

it('refuses more variants, rules, values and nested conditions than allowed', () => {
  expect(codesOf(release(`variants: { off: 0, ${names(50, (index) => `v${index}: ${index}`)} }\n`))).toEqual([
    'too-many',
  ]);
  expect(codesOf(release(`variants: { off: "", on: "${'x '.repeat(40_000)}" }\n`))).toContain('too-many');
  const rules = names(101, (index) => `{ id: r${index}, when: { orders: ${index} }, serve: on }`);
  expect(codesOf(release(`environments: { development: { rules: [${rules}], serve: off } }\n`))).toEqual([
    'too-many',
  ]);
  const inRule = (when: string) =>
    codesOf(
      release(
        `environments: { development: { rules: [{ id: r, when: ${when}, serve: on }], serve: off } }\n`,
      ),
    );
  expect(inRule(`{ orders: [${names(10_001, String)}] }`)).toEqual(['too-many']);
  const nested = (depth: number) => `${'{ not: '.repeat(depth - 1)}{ orders: 1 }${' }'.repeat(depth - 1)}`;
  expect(inRule(nested(20))).toEqual([]);
  expect(inRule(nested(21))).toEqual(['condition-too-deep']);
});

it('refuses flags beyond the limit of the project, the new ones first', () => {
  const many: Texts = Object.fromEntries(
    Array.from({ length: 10_001 }, (_, index) => [`f${index}.yaml`, 'x']),
  );
  const result = load({ files: Object.keys(many).map((path) => sourceFile(path, 'x')), nowMs: NOW_MS });
  expect(result.findings.filter(({ code }) => code === 'too-many-flags').map(({ path }) => path)).toEqual([
    'f9999.yaml',
  ]);
}, 30_000);

it('refuses text over several lines unless it is quoted or a block', () => {
  expect(codesOf(release().replace('A flag', 'A flag\n  that goes on'))).toEqual(['text-over-lines']);
  expect(codesOf(release().replace('A flag', '"A flag\n  that goes on"'))).toEqual([]);
  expect(codesOf(release().replace('A flag', '>\n  A flag\n  that goes on'))).toEqual([]);
});

it('checks what guidon.yaml says', () => {
  expect(project('    waves: [{ percent: 1, hold: 60s }]\n', '')).toEqual(['no-waves']);
  expect(project('percent: 1, hold: 60s', 'percent: 101, hold: 60s')).toEqual(['out-of-range']);
  expect(project('timezone: Europe/Oslo\n', '')).toEqual([]);
  expect(project('    holdout: 1', '    windows: ["Mon-Thu 09:00-16:00"]\n    holdout: 1')).toEqual([]);
  const windows = PROJECT.replace('timezone: Europe/Oslo\n', '').replace(
    '    holdout: 1',
    '    windows: ["Mon-Thu 09:00-16:00"]',
  );
  expect(scenario({ 'guidon.yaml': windows }).errors).toEqual(['guidon.yaml time-zone-missing']);
  expect(project('tags: [checkout]', 'access: [{ role: responder }]')).toEqual(['access-shape']);
  expect(
    project('tags: [checkout]', 'access: [{ role: responder, team: releases, environments: [prod] }]'),
  ).toEqual(['unknown-environment']);
  expect(project('tags: [checkout]', 'limits: { flagsPerTeam: 40 }')).toEqual([
    'missing-field',
    'missing-field',
    'missing-field',
  ]);
});

it('warns of what has no effect, of far dates and of budgets, and serves on', () => {
  const warned = (text: string, guidon = PROJECT) => scenario({ 'a.yaml': text, 'guidon.yaml': guidon });
  expect(warned(release('by: accountId\n')).warnings).toEqual(['a.yaml unused-bucketing']);
  const pointless = release(
    'environments: { production: { rollout: { to: off, plan: careful }, serve: off } }\n',
  );
  expect(warned(pointless).warnings).toEqual(['a.yaml rollout-without-effect']);
  expect(warned(release().replace('2027-02-01', '2028-02-01')).warnings).toEqual(['a.yaml expires-far']);
  const twice = release(
    'environments: { development: { rules: [{ id: r, when: { orders: [1, 1] }, serve: on }], serve: off } }\n',
  );
  expect(warned(twice).warnings).toEqual(['a.yaml repeated-value']);
  const budget = `${PROJECT}limits: { flagsPerTeam: 1, ageDays: 180, jumpPoints: 10, massChange: 30 }\n`;
  const two = scenario({ 'guidon.yaml': budget, 'a.yaml': release(), 'b.yaml': release() });
  expect([two.warnings, two.result.state]).toEqual([['guidon.yaml team-budget'], 'accepted']);
});

it('does not let a changed flag go live with tests that cannot be read', () => {
  const test = 'cases: [{ name: x, expect: { development: on } }]\n';
  const on = release('environments: { development: on }\n');
  const before = { 'a.yaml': on, 'a.test.yaml': test };
  const after = { 'a.yaml': on.replace('A flag', 'Edited'), 'a.test.yaml': test.replace('expect', 'expct') };
  const shop = change(before, after);
  expect(shop.errors).toContain('a.yaml test-refused');
  expect(shop.flag('a').description).toBe('A flag');
  const repeated =
    'cases:\n  - { name: x, expect: { development: on } }\n  - { name: x, expect: { production: off } }\n';
  expect(scenario({ 'a.yaml': on, 'a.test.yaml': repeated }).errors).toContain(
    'a.test.yaml test-name-repeated',
  );
});

it('finds a flag that cannot be evaluated', () => {
  const { snapshot } = scenario({
    'a.yaml': release(
      'environments: { development: { rules: [{ id: r, when: { email: { matches: x } }, serve: on }], serve: off } }\n',
    ),
  });
  const flag = snapshot.flags.get('a') as Flag;
  const environments = new Map(flag.environments);
  const here = environments.get('development')!;
  const when = { op: 'string' as const, attribute: 'email', test: 'matches' as const, values: ['('] };
  environments.set('development', { ...here, rules: here.rules.map((rule) => ({ ...rule, when })) });
  const broken = { ...snapshot, flags: new Map([['a', { ...flag, environments }]]) };
  expect(evaluateDry(broken, NOW_MS)).toEqual([
    { key: 'a', sentence: 'In "development" the flag answers with GENERAL.' },
  ]);
  expect(evaluateDry(snapshot, NOW_MS)).toEqual([]);
});

it('says of a map in the place of a word what was expected there', () => {
  for (const value of ['{ a: 1 }', '[{ a: 1 }]']) {
    const { result } = scenario({ 'a.yaml': release().replace('type: release', `type: ${value}`) });
    expect(result.findings[0]).toMatchObject({ line: 1, pointer: '/type', code: 'unknown-value' });
  }
});
