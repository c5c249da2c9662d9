import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { placeOf } from '../load/file-place.js';
import { everyEdit } from '../load/mutation/edits.js';
import type { FileKind } from '../schema/index.js';
import { formatText } from './index.js';

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));

function format(text: string, kind: FileKind = 'flag'): string {
  const result = formatText('a.yaml', text, kind);
  if (result.kind !== 'formatted') throw new Error(JSON.stringify(result));
  return result.text;
}

test('orders the keys, writes short forms, and indents by two', () => {
  const odd = `environments:
      development: { serve: on }
      production:
            serve: off
            rules:
            - serve: on
              when:   {targetingKey: [ 'u-1','u-2' ]}
              id: "pilot"
safe: 'off'
type: release
`;
  expect(format(odd)).toBe(
    `type: release
safe: 'off'
environments:
  development: on
  production:
    rules:
      - id: pilot
        when: { targetingKey: [u-1, u-2] }
        serve: on
    serve: off
`.replace("'off'", '"off"'),
  );
});

test('keeps what stands at the top with a blank line below, and lines that editors read', () => {
  const top = '# yaml-language-server: $schema=../flag.json\n# About the file.\n\nsafe: off\ntype: release\n';
  expect(format(top)).toBe(
    '# yaml-language-server: $schema=../flag.json\n# About the file.\n\ntype: release\nsafe: off\n',
  );
  const modeline = '# yaml-language-server: $schema=../flag.json\nsafe: off\ntype: release\n';
  expect(format(modeline)).toBe('# yaml-language-server: $schema=../flag.json\ntype: release\nsafe: off\n');
});

test('takes a comment that stands right over a key along with it', () => {
  expect(format('# who is asked\nowner: payments\ntype: release\n')).toBe(
    'type: release\n# who is asked\nowner: payments\n',
  );
});

test('opens brackets that hold comments or are too long, and closes those that fit', () => {
  expect(format('when: { country: [NO, # Norway\n  SE], # both\n  a: 1 }\n', 'segment')).toBe(
    'when:\n  country: # both\n    - NO # Norway\n    - SE\n  a: 1\n',
  );
  const long = Array.from({ length: 20 }, (_, index) => `team-${index}-x`);
  expect(format(`tags: [${long.join(', ')}]\n`)).toBe(`tags:\n${long.map((tag) => `  - ${tag}\n`).join('')}`);
  expect(format('tags: [\n  a,\n  b,\n]\n')).toBe('tags: [a, b]\n');
});

test('keeps at most one blank line, none at the ends, and ends the last line', () => {
  expect(format('\n\ntype: release\n\n\n\nsafe: off\n\n\n')).toBe('type: release\n\nsafe: off\n');
  expect(format('type: release\nsafe: off')).toBe('type: release\nsafe: off\n');
  expect(format('type: release\r\n\r\nsafe: off\r\n')).toBe('type: release\n\nsafe: off\n');
});

test('drops the marks of a document, but not the comments beside them', () => {
  expect(format('--- # first\ntype: release # one\n... # last\n')).toBe(
    '# first\ntype: release # one\n# last\n',
  );
});

test('leaves text blocks as they are but for their indentation, and puts odd ones into quotes', () => {
  const block = 'description: |-   # why\n        one\n\n          two # text\n        three\ntype: ops\n';
  expect(format(block)).toBe('type: ops\ndescription: |- # why\n  one\n\n    two # text\n  three\n');
  expect(format('description: >\n   folded\n   text\n\n   more\n')).toBe(
    'description: >\n  folded\n  text\n\n  more\n',
  );
  expect(format('description: |+\n  kept\n\n\n')).toBe('description: "kept\\n\\n\\n"\n');
  expect(format('description: |2\n    deep\n  less\n')).toBe('description: "  deep\\nless\\n"\n');
});

test('takes quotes off single words that nobody can mistake, and off nothing else', () => {
  const values = [
    '"gold"',
    "'2027-02-01'",
    '"on"',
    '"NO"',
    '"2.10.0"',
    '"a b"',
    '"12"',
    "'a\\b'",
    '"\\u00e9"',
  ];
  const out = ['gold', '2027-02-01', '"on"', '"NO"', '"2.10.0"', '"a b"', '"12"', "'a\\b'", '"\\u00e9"'];
  expect(format(`tags: [${values.join(', ')}]\n`)).toBe(`tags: [${out.join(', ')}]\n`);
});

test('writes explicit keys and lists in lists like all others', () => {
  expect(format('? type # c\n: release\n? safe\n# d\n: off\n')).toBe('type: release # c\n# d\nsafe: off\n');
  expect(format('tags:\n- - a\n  # inner\n  - b\n- # outer\n  - c\n')).toBe(
    'tags:\n  - - a\n    # inner\n    - b\n  # outer\n  - - c\n',
  );
});

test('puts a comment at the end of a block where its indentation says', () => {
  const text = `environments:
  production:
    serve: off
    split: off
    # about production
  # about environments
# about the file
`;
  expect(format(text)).toBe(text);
});

test('says where a file is no YAML, and offers nothing', () => {
  const broken = formatText('a.yaml', 'type: release\nsafe: [off\nowner: x\n', 'flag');
  expect(broken).toMatchObject({ kind: 'unreadable', findings: [{ path: 'a.yaml', code: 'yaml-syntax' }] });
  const blank = formatText('a.yaml', 'type: release\nsafe:\n', 'flag');
  expect(blank).toMatchObject({ kind: 'unreadable', findings: [{ line: 2, code: 'blank' }] });
  for (const text of ['', '# only this\n', '- a\n', 'text\n', 'a: *b\n', 'a: b\n--- \nc: d\n', 'a: b #c\n'])
    expect(formatText('a.yaml', text, 'flag').kind).not.toBe('formatted');
});

test('is sure of its outcome whatever slip was made in a sample file', () => {
  const paths = readdirSync(SAMPLE, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yaml'),
  );
  const seen = { formatted: 0, unreadable: 0, unsafe: 0 };
  for (const path of paths) {
    const { kind } = placeOf(path.replaceAll('\\', '/')) as { kind: FileKind };
    const edits = everyEdit(readFileSync(join(SAMPLE, path), 'utf8'));
    for (const { text } of edits.filter((_, index) => index % 211 === 0))
      seen[formatText(path, text, kind).kind]++;
  }
  expect(seen.unsafe).toBe(0);
  expect(seen.formatted).toBeGreaterThan(100);
  expect(seen.unreadable).toBeGreaterThan(20);
});
