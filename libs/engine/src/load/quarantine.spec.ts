import { expect, it } from '@jest/globals';
import { change, PROJECT, release, STAFF, scenario, type Texts } from '../language/scenario.js';
import { load } from './index.js';

const ON = release('environments: { development: on }\n');
const OFF = release('environments: { development: off }\n');
const USES_STAFF = release(
  'environments: { development: { rules: [{ id: r, when: { segment: staff }, serve: on }], serve: off } }\n',
);

it('freezes only the bad file and lets the rest of the commit go live', () => {
  const before = { 'a.yaml': ON, 'b.yaml': ON };
  const shop = change(before, { 'a.yaml': 'type: [', 'b.yaml': OFF, 'c.yaml': ON });
  expect(shop.result.state).toBe('partly');
  expect(shop.result.frozen).toEqual(['a.yaml']);
  expect(['a', 'b', 'c'].map((key) => shop.variant(key, 'development'))).toEqual(['on', 'off', 'on']);
  expect(shop.snapshot.files.get('a.yaml')).toEqual({ path: 'a.yaml', blob: `blob of ${ON}`, frozen: true });
  expect(shop.result.findings[0]).toMatchObject({
    path: 'a.yaml',
    line: 1,
    code: 'yaml-syntax',
    severity: 'error',
  });
});

it('keeps a frozen file frozen until it is mended', () => {
  const broken = { 'a.yaml': 'nonsense\n' };
  const first = change({ 'a.yaml': ON }, broken);
  const second = scenario(broken, { previous: first.snapshot });
  expect([second.result.frozen, second.variant('a', 'development')]).toEqual([['a.yaml'], 'on']);
  const mended = scenario({ 'a.yaml': OFF }, { previous: second.snapshot });
  expect([mended.result.state, mended.variant('a', 'development')]).toEqual(['accepted', 'off']);
});

it('leaves a new invalid flag out, and says why another file suffers', () => {
  const shop = scenario({
    'a.yaml': 'type: relase\n',
    'b.yaml': release('requires: { a: on }\n'),
    'c.yaml': ON,
  });
  expect(shop.result.frozen).toEqual(['a.yaml', 'b.yaml']);
  const finding = shop.result.findings.find(({ path }) => path === 'b.yaml');
  expect(finding).toMatchObject({
    code: 'unknown-flag',
    sentence: 'There is no flag "a". (a.yaml was refused.)',
    line: 6,
  });
  expect([...shop.snapshot.flags.keys()]).toEqual(['c']);
});

it('does not blame a file whose required flag fell back to its last good version', () => {
  const before = { 'a.yaml': ON, 'b.yaml': release('requires: { a: on }\n') };
  const shop = change(before, { 'a.yaml': 'type: relase\n', 'b.yaml': release('requires: { a: off }\n') });
  expect(shop.result.frozen).toEqual(['a.yaml']);
  expect(shop.flag('b').requires).toEqual([{ flag: 'a', variants: ['off'] }]);
});

it('reverts a change of guidon.yaml that breaks a file which has not changed', () => {
  const uses = release(
    'environments: { development: { rules: [{ id: r, when: { orders: 1 }, serve: on }], serve: off } }\n',
  );
  const shop = change(
    { 'a.yaml': uses },
    { 'guidon.yaml': PROJECT.replace('  orders: number\n', ''), 'a.yaml': uses },
  );
  expect(shop.result.frozen).toEqual(['guidon.yaml']);
  expect(shop.result.findings[0]).toMatchObject({ path: 'guidon.yaml', code: 'breaks-other-file' });
  expect(shop.result.findings[0]?.sentence).toContain('a.yaml');
  expect(shop.variant('a', 'development', { context: { orders: 1 } })).toBe('on');
});

it('accepts a change of guidon.yaml together with the files that it would break', () => {
  const uses = (name: string) =>
    release(
      `environments: { development: { rules: [{ id: r, when: { ${name}: 1 }, serve: on }], serve: off } }\n`,
    );
  const after = {
    'guidon.yaml': PROJECT.replace('  orders: number\n', '  purchases: number\n'),
    'a.yaml': uses('purchases'),
  };
  const shop = change({ 'a.yaml': uses('orders') }, after);
  expect([shop.errors, shop.result.state]).toEqual([[], 'accepted']);
});

it('blames guidon.yaml and not an innocent edit of a flag that it breaks', () => {
  const uses = release(
    'environments: { development: { rules: [{ id: r, when: { orders: 1 }, serve: on }], serve: off } }\n',
  );
  const after = {
    'guidon.yaml': PROJECT.replace('  orders: number\n', ''),
    'a.yaml': uses.replace('A flag', 'Edited'),
  };
  const shop = change({ 'a.yaml': uses }, after);
  expect(shop.result.frozen).toEqual(['guidon.yaml']);
  expect(shop.flag('a').description).toBe('Edited');
});

it('keeps a frozen flag consistent with a project that changes later', () => {
  const uses = release(
    'environments: { development: { rules: [{ id: r, when: { orders: 1 }, serve: on }], serve: off } }\n',
  );
  const frozen = change({ 'a.yaml': uses }, { 'a.yaml': 'broken: [\n' });
  const shop = scenario(
    { 'a.yaml': 'broken: [\n', 'guidon.yaml': PROJECT.replace('  orders: number\n', '') },
    { previous: frozen.snapshot },
  );
  expect(shop.result.frozen).toEqual(['a.yaml', 'guidon.yaml']);
  expect(shop.variant('a', 'development', { context: { orders: 1 } })).toBe('on');
});

it('puts back a segment whose change is refused, with those who use it untouched', () => {
  const shop = change(
    { 'a.yaml': USES_STAFF },
    { 'a.yaml': USES_STAFF, 'segments/staff.yaml': STAFF.replace('email', 'mail') },
  );
  expect(shop.result.frozen).toEqual(['segments/staff.yaml']);
  expect(shop.variant('a', 'development', { context: { email: 'x@acme.example' } })).toBe('on');
});

it('keeps the last good guidon.yaml when it is deleted or broken', () => {
  for (const text of ['', 'project: [\n', `${PROJECT}unknown: 1\n`]) {
    const shop = change({ 'a.yaml': ON }, { 'guidon.yaml': text, 'a.yaml': OFF });
    expect([shop.result.frozen, shop.variant('a', 'development')]).toEqual([['guidon.yaml'], 'off']);
  }
});

it('rejects a revision without any usable project, and still says what is wrong with its files', () => {
  const result = scenario({ 'guidon.yaml': '', 'a.yaml': 'type: 7\n' }).result;
  expect([result.snapshot, result.state]).toEqual([undefined, 'rejected']);
  expect(result.findings.map(({ path, code }) => `${path} ${code}`)).toContain('guidon.yaml project-missing');
  expect(result.findings.map(({ path, code }) => `${path} ${code}`)).toContain('a.yaml unknown-value');
});

it('refuses requirements that stand on a chain of more than twenty', () => {
  const chain: Texts = Object.fromEntries(
    Array.from({ length: 22 }, (_, index) => [
      `f${index}.yaml`,
      release(index === 0 ? '' : `requires: { f${index - 1}: [on, off] }\n`),
    ]),
  );
  expect(scenario(chain).errors).toEqual(['f20.yaml condition-too-deep', 'f21.yaml condition-too-deep']);
});

it('caps the findings of one file and says how many there are', () => {
  const keys = Array.from({ length: 150 }, (_, index) => `key${index}: 1\n`).join('');
  const { findings } = scenario({ 'a.yaml': release(keys) }).result;
  expect(findings).toHaveLength(100);
  expect(findings.at(-1)?.sentence).toContain('50 more');
});

it('returns what is live when the input itself is broken', () => {
  const { snapshot } = scenario({ 'a.yaml': ON });
  const files = [{ path: 'a.yaml', blob: 'x', bytes: undefined as unknown as Uint8Array }];
  const result = load({ files, nowMs: 0, ...(snapshot === undefined ? {} : { previous: snapshot }) });
  expect(result.snapshot?.flags.get('a')).toEqual(snapshot?.flags.get('a'));
  expect(result.findings.some(({ severity }) => severity === 'error')).toBe(true);
});

it('lets the clock alone freeze nothing that is live', () => {
  const dated = release(
    'environments: { development: { rules: [{ id: r, when: { now: { lt: 2027-01-01 } }, serve: on }], serve: off } }\n',
  );
  const files = { 'a.yaml': dated, 'a.test.yaml': 'cases: [{ name: on, expect: { development: on } }]\n' };
  const later = change(files, { ...files, 'b.yaml': ON }, { nowMs: Date.UTC(2027, 0, 2) });
  expect([later.errors, later.result.state]).toEqual([[], 'accepted']);
});

it('says of every file that is kept why, also of tests that are kept with their flag', () => {
  const tests = 'cases: [{ name: on, expect: { development: on } }]\n';
  const before = { 'a.yaml': ON, 'a.test.yaml': tests, 'b.yaml': ON, 'b.test.yaml': tests };
  const edited = tests.replace('name: on', 'name: is on');
  const after = {
    'a.yaml': 'x: 1\n',
    'a.test.yaml': edited,
    'b.yaml': 'x: 1\n',
    'b.test.yaml': 'cases: [\n',
  };
  const shop = change(before, after);
  expect(shop.result.frozen).toEqual(['a.test.yaml', 'a.yaml', 'b.test.yaml', 'b.yaml']);
  expect(shop.warnings).toEqual(['a.test.yaml frozen-with-flag']);
  expect(shop.result.findings.find(({ path }) => path === 'b.test.yaml')).toMatchObject({
    code: 'yaml-syntax',
    line: 2,
  });
});
