import { expect, it } from '@jest/globals';
import { describeFileChange } from './describe-file-change.js';

const FLAG = `
type: release
owner: payments
tags: [checkout]
environments:
  development: on
  production:
    rules:
      - { id: nordic, when: { country: [NO, SE] }, percent: 10, serve: on }
      - { id: old, when: { country: DK }, serve: off }
    serve: off
`;

const words = (before: string | undefined, after: string | undefined, path = 'payments/new-checkout.yaml') =>
  describeFileChange(path, { before, after }).changes.map(({ environment, words: text }) =>
    environment === undefined ? text : `${environment}: ${text}`,
  );

it('says what an environment serves now and served before, in its short and its long form', () => {
  const after = FLAG.replace('development: on', 'development: { serve: off }').replace(
    '    serve: off\n',
    '    serve: on\n',
  );
  expect(words(FLAG, after)).toEqual(['development: serve: on → off', 'production: serve: off → on']);
  expect(words(FLAG, FLAG.replace('development: on', 'development: { serve: on }'))).toEqual([
    'only its form changed',
  ]);
});

it('names a rule by its id, also one that is new, gone or has another place', () => {
  const lines = FLAG.split('\n');
  const [nordic, old] = [8, 9].map((line) => lines[line]);
  expect(words(FLAG, FLAG.replace('percent: 10', 'percent: 50'))).toEqual([
    'production: rules.nordic.percent: 10 → 50',
  ]);
  expect(words(FLAG, lines.filter((line) => line !== old).join('\n'))).toEqual([
    'production: rules.old: { id: old, when: { country: DK }, serve: off } → (nothing)',
  ]);
  const turned = FLAG.replace(nordic ?? '', '-')
    .replace(old ?? '', nordic ?? '')
    .replace('-', old ?? '');
  expect(words(FLAG, turned)).toEqual(['production: rules: another order']);
});

it('knows flags by their files, and tells of new and removed ones', () => {
  expect(describeFileChange('a/new-checkout.yaml', { before: undefined, after: FLAG })).toEqual({
    flag: 'new-checkout',
    changes: [{ words: 'the flag is new' }],
  });
  expect(words(FLAG, undefined)).toEqual(['the flag was removed']);
  expect(words('a: 1', 'a: 2', 'x.test.yaml')).toEqual(['the tests changed']);
  expect(words('when: { country: NO }', 'when: { country: SE }', 'segments/nordic.yaml')).toEqual([
    'when.country: NO → SE',
  ]);
});

it('takes names of the language as names, and cuts what is long', () => {
  expect(words('__proto__: 1\nconstructor: a', '__proto__: 2\nconstructor: a')).toEqual(['__proto__: 1 → 2']);
  expect(words('description: a', `description: ${'b'.repeat(500)}`)[0]).toHaveLength(77);
  expect(words('a: [', 'a: 1')).toEqual(['the flag changed']);
});
