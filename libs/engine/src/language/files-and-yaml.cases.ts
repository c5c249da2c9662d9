import { expect } from '@jest/globals';
import { change, codesOf, codesOfRule, PROJECT, release, STAFF, scenario, sourceFiles } from './scenario.js';
import { sentence } from './sentence.js';

const on = release('environments: { development: on }\n');

sentence(1, 'takes the key from the file name and ignores the folder', () => {
  const shop = scenario({ 'payments/new-checkout.yaml': on });
  expect(shop.errors).toEqual([]);
  expect(shop.variant('new-checkout', 'development')).toBe('on');
});

sentence(1, 'refuses file names that are no keys', () => {
  for (const path of [
    '-a.yaml',
    'a b.yaml',
    'x/guidon.yaml',
    'GUIDON.yaml',
    'a.test.test.yaml',
    `${'k'.repeat(129)}.yaml`,
  ]) {
    expect(scenario({ [path]: on }).errors).toContain(`${path} bad-flag-key`);
  }
  expect(scenario({ 'constructor.yaml': on }).variant('constructor', 'development')).toBe('on');
});

sentence(1, 'changes nothing when a file moves between folders', () => {
  const live = release('environments: { production: on }\n');
  const moved = change({ 'old/a.yaml': live }, { 'new/a.yaml': live });
  expect([moved.errors, moved.result.frozen, moved.variant('a', 'production')]).toEqual([[], [], 'on']);
});

sentence(1, 'keeps the live one of two files with one key and refuses both when neither is live', () => {
  const both = { 'x/a.yaml': on, 'y/A.yaml': release('environments: { development: off }\n') };
  const kept = change({ 'x/a.yaml': on }, both);
  expect([kept.errors, kept.variant('a', 'development')]).toEqual([['y/A.yaml duplicate-key'], 'on']);
  const neither = scenario(both);
  expect(neither.errors).toEqual(['x/a.yaml duplicate-key', 'y/A.yaml duplicate-key']);
  expect(neither.snapshot.flags.size).toBe(0);
});

sentence(2, 'refuses every other file below the folder', () => {
  const others = [
    'a.yml',
    'a.json',
    'segments/eu/x.yaml',
    'segments/x.test.yaml',
    'x/allowed_signers',
    'notes.txt',
  ];
  for (const path of others) expect(scenario({ [path]: on }).errors).toEqual([`${path} unexpected-file`]);
  expect(scenario({ 'README.md': 'x', 'payments/why.md': 'x', allowed_signers: 'x' }).errors).toEqual([]);
});

sentence(2, 'refuses paths that leave the folder, look as if they did, or cannot be shown', () => {
  const unsafe = [
    '../a.yaml',
    'x/../a.yaml',
    './a.yaml',
    '/a.yaml',
    'x//a.yaml',
    'C:/a.yaml',
    'x\\a.yaml',
    '..\\README.md',
    '.git/a.yaml',
    'x/.GIT/README.md',
    'x\ny/a.yaml',
    'x\u0000/a.yaml',
    'x\u001b[2J/README.md',
    'x\u202e/a.yaml',
    'caf\ufffd/a.yaml',
    `${'x/'.repeat(250)}a.yaml`,
  ];
  for (const path of unsafe) {
    const { errors, result } = scenario({ [path]: on });
    expect(errors).toEqual([`${path} unsafe-path`]);
    expect(result.findings[0]?.sentence).not.toMatch(/\p{Cc}/u);
  }
  expect(scenario({ 'zahlung/größe/a.yaml': on, '..x/b.yaml': on, '.github/c.yaml': on }).errors).toEqual([]);
});

sentence(2, 'refuses both of two files with one path, and keeps the version that is live', () => {
  const files = ['A flag', 'Another'].flatMap((text, index) =>
    sourceFiles({ 'a.yaml': on.replace('A flag', text) })
      .filter(({ path }) => path === 'a.yaml')
      .map((file) => ({ ...file, blob: `b${index}` })),
  );
  const before = scenario({ 'a.yaml': on }).snapshot;
  const rest = sourceFiles({}).filter(({ path }) => path !== 'a.yaml');
  for (const previous of [undefined, before]) {
    const shop = scenario(
      {},
      { files: [...rest, ...files], ...(previous === undefined ? {} : { previous }) },
    );
    expect(shop.errors).toEqual(['a.yaml duplicate-key']);
    expect(shop.snapshot.flags.get('a')).toBe(previous?.flags.get('a'));
  }
});

sentence(2, 'wants a test file beside its flag', () => {
  const test = 'cases: [{ name: x, expect: { development: on } }]\n';
  expect(scenario({ 'p/a.yaml': on, 'p/a.test.yaml': test }).errors).toEqual([]);
  expect(scenario({ 'p/a.yaml': on, 'q/a.test.yaml': test }).errors).toContain(
    'q/a.test.yaml test-without-flag',
  );
});

sentence(2, 'does not say that the flag file is missing where it is only refused as a duplicate', () => {
  const test = 'cases: [{ name: x, expect: { development: on } }]\n';
  const both = { 'p/a.yaml': on, 'q/a.yaml': on, 'q/a.test.yaml': test };
  const duplicates = ['p/a.yaml duplicate-key', 'q/a.yaml duplicate-key'];
  expect(scenario(both).errors).toEqual(duplicates);
  const copied = change({ 'p/a.yaml': on }, both);
  expect(copied.errors).toEqual(['q/a.test.yaml test-without-flag', 'q/a.yaml duplicate-key']);
  const found = copied.result.findings.find(({ code }) => code === 'test-without-flag');
  expect(found?.sentence).toContain('is refused: p/a.yaml has the same key');
  expect(found?.fix).not.toContain('delete');
});

sentence(2, 'refuses links, submodules and pointers to large files', () => {
  for (const entry of ['symlink', 'submodule'] as const) {
    const files = sourceFiles({ 'a.yaml': on }).map((file) =>
      file.path === 'a.yaml' ? { ...file, entry } : file,
    );
    expect(scenario({}, { files }).errors).toEqual(['a.yaml not-a-regular-file']);
  }
  expect(codesOf('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')).toEqual([
    'not-a-regular-file',
  ]);
});

sentence(3, 'refuses text that no file in UTF-8 could hold', () => {
  for (const text of ['x\\0', 'x\\ud800', '\\udc00x', '\\ud83dx'])
    expect(codesOf(on.replace('A flag', `"${text}"`))).toEqual(['torn-text']);
  expect(codesOf(`${on}"own\\0er": x\n`)).toEqual(['torn-text']);
  expect(codesOf(on.replace('A flag', '"\\ud83d\\ude00 \\u00e9"'))).toEqual([]);
});

sentence(3, 'refuses aliases, tags, directives, second documents and repeated keys', () => {
  expect(codesOf(release('tags: [&t checkout]\n'))).toEqual(['alias-or-anchor']);
  expect(codesOf(release('environments: { development: !on }\n'))).toContain('explicit-tag');
  expect(codesOf(`%YAML 1.2\n---\n${on}`)).toEqual(['directive']);
  expect(codesOf(`${on}---\n${on}`)).toEqual(['multiple-documents']);
  expect(codesOf(`${on}owner: payments\n`)).toEqual(['repeated-key']);
});

sentence(3, 'refuses keys that are unknown, no text or no names', () => {
  expect(codesOf(`${on}ownr: payments\n`)).toEqual(['unknown-key']);
  expect(codesOf(`${on}1: b\n`)).toEqual(['key-not-text']);
  expect(codesOf(`${on}true: b\n`)).toEqual(['key-not-text']);
  expect(codesOf(`${on}"1": b\n`)).toEqual(['bad-name']);
  expect(codesOf(release('variants: { on: { _x: 1 }, off: { _x: 2 } }\n'))).toContain('bad-name');
});

sentence(3, 'refuses what is blank, null or empty', () => {
  expect(codesOf(release('tags:\n'))).toEqual(['blank']);
  expect(codesOf(release('tags: ~\n'))).toEqual(['blank']);
  expect(codesOf(release('tags: []\n'))).toEqual(['empty-collection']);
  expect(codesOf(release('environments: {}\n'))).toEqual(['empty-collection']);
  expect(codesOf(release().replace('A flag', '""'))).toEqual(['blank']);
  expect(codesOf('\n')).toEqual(['blank']);
  expect(codesOf('# only a comment\n')).toEqual(['blank']);
});

sentence(3, 'allows empty text as salt, as a condition value and inside a variant', () => {
  expect(
    codesOf(release('salt: ""\nenvironments: { development: { split: { on: 50, off: 50 } } }\n')),
  ).toEqual([]);
  expect(codesOfRule('{ email: "" }')).toEqual([]);
  expect(codesOf(release('variants: { on: "text", off: "" }\n'))).toEqual([]);
});

sentence(4, 'refuses numbers that JSON prints differently and asks for quotes', () => {
  for (const number of [
    '2.10',
    '017',
    '+47',
    '1e3',
    '.5',
    '.nan',
    '.inf',
    '-0',
    '0x1f',
    '12345678901234567890',
  ]) {
    expect([number, codesOfRule(`{ orders: { gte: ${number} } }`)]).toEqual([number, ['number-spelling']]);
  }
  expect(codesOfRule('{ orders: { gte: 12.5 } }')).toEqual([]);
  const [finding] = scenario({ 'a.yaml': release('variants: { on: 2.10, off: 1 }\n') }).result.findings;
  expect(finding?.sentence).toContain('2.1');
  expect(finding?.fix).toContain('quotes');
});

sentence(5, 'asks for quotes around unquoted values that are easily misread', () => {
  expect(codesOfRule('{ email: a b }')).toEqual(['needs-quotes']);
  expect(codesOfRule('{ email: "a b" }')).toEqual([]);
  const block = release(
    'environments:\n  development:\n    rules:\n      - id: r\n        when:\n          platform: ios, web\n        serve: on\n    serve: off\n',
  );
  expect(codesOf(block)).toEqual(['needs-quotes']);
  for (const word of ['yes', 'no', 'on', 'off', 'y', 'n']) {
    expect(codesOf(release(`variants: { on: ${word}, off: other }\n`))).toContain('needs-quotes');
  }
  expect(codesOf(release('variants: { on: "no", off: other }\n'))).toEqual([]);
});

sentence(5, 'refuses a comment that does not begin with a space', () => {
  expect(codesOf(release().replace('A flag', 'Fix #12'))).toEqual(['comment-space']);
  expect(codesOf(`# fine\n#\n${release()}`)).toEqual([]);
  expect(codesOf(`#tight\n${release()}`)).toEqual(['comment-space']);
});

sentence(6, 'gives the same snapshot whatever the order of the maps', () => {
  const one = release('environments:\n  development: { split: { on: 30, off: 70 } }\n  production: off\n');
  const other = release('environments:\n  production: off\n  development: { split: { off: 70, on: 30 } }\n');
  const [a, b] = [scenario({ 'a.yaml': one }), scenario({ 'a.yaml': other })];
  expect(JSON.stringify([...b.flag('a').environments])).toBe(JSON.stringify([...a.flag('a').environments]));
});

sentence(6, 'orders a split by code points', () => {
  const text = release(
    'variants: { on: one, off: two, B: three, a: four }\nenvironments:\n  development: { split: { on: 25, a: 25, off: 25, B: 25 } }\n',
  );
  const rest = scenario({ 'a.yaml': text }).flag('a').environments.get('development')?.rest;
  expect(rest).toMatchObject({
    split: {
      arms: [
        ['B', 25_000],
        ['a', 25_000],
        ['off', 25_000],
        ['on', 25_000],
      ],
    },
  });
});

sentence(10, 'refuses every name that is not declared, with the nearest one', () => {
  expect(codesOf(release('tags: [chekout]\n'))).toEqual(['unknown-tag']);
  expect(codesOf(release().replace('payments', 'paymnts'))).toEqual(['unknown-team']);
  expect(
    codesOf(release('environments: { production: { rollout: { to: on, plan: carefull }, serve: off } }\n')),
  ).toEqual(['unknown-plan']);
  expect(codesOfRule('{ segment: staf }')).toEqual(['unknown-segment']);
  expect(codesOf(release('environments: { development: onn }\n'))).toEqual(['unknown-variant']);
  expect(codesOf(release('environments: { developmnt: on }\n'))).toEqual(['unknown-environment']);
  const [finding] = scenario({
    'a.yaml': release(
      'environments:\n  development: { rules: [{ id: r, when: { emial: x }, serve: on }], serve: off }\n',
    ),
  }).result.findings;
  expect(finding).toMatchObject({
    code: 'unknown-attribute',
    line: 7,
    column: 43,
    fix: 'Did you mean "email"?',
  });
});

sentence(10, 'refuses undeclared names in the project and in segments too', () => {
  expect(
    scenario({ 'guidon.yaml': PROJECT.replace('approval: releases', 'approval: nobody') }).errors,
  ).toEqual(['guidon.yaml unknown-team']);
  expect(scenario({ 'guidon.yaml': PROJECT.replace('guard: errors', 'guard: error') }).errors).toEqual([
    'guidon.yaml unknown-guard',
  ]);
  expect(scenario({ 'segments/vip.yaml': STAFF.replace('email', 'mail') }).errors).toEqual([
    'segments/vip.yaml unknown-attribute',
  ]);
});
