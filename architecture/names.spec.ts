import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { isSource, listFiles, parse, place, walk } from './checkout.js';

/** Words that say nothing about what is inside. */
const EMPTY_WORDS = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'shared',
  'dto',
  'types',
  'misc',
  'base',
  'impl',
  'manager',
];

const files = listFiles().filter(isSource);

function whyBadName(path: string): string | undefined {
  for (const part of path.split('/')) {
    const stem = part.replace(/\.(ts|tsx|mjs|cjs)$/, '');
    if (EMPTY_WORDS.some((word) => stem === word || stem.split('.').includes(word)))
      return `${path}: "${part}" says nothing about what is inside`;
    if (!/^\.?[a-z0-9]+([.-][a-z0-9]+)*$/.test(stem)) return `${path}: "${part}" is not kebab-case`;
  }
  return undefined;
}

test('names files and folders after what is inside, in kebab-case', () => {
  expect(files.map(whyBadName).filter((why) => why !== undefined)).toEqual([]);
});

test('refuses planted names', () => {
  const planted = [
    'libs/engine/src/utils/a.ts',
    'apps/cli/src/types.ts',
    'apps/cli/src/runCli.ts',
    'a/x.dto.ts',
  ];
  expect(planted.map(whyBadName)).not.toContain(undefined);
  expect(whyBadName('libs/engine/src/load/load-types.ts')).toBeUndefined();
});

/** Files whose reader insists on a default export. */
const ASKED_FOR = new Set(['libs/testkit/jest-teardown.mjs']);

function oddities(path: string, text?: string): string[] {
  const file = parse(path, text);
  const found: string[] = [];
  walk(file, (node) => {
    if (ts.isEnumDeclaration(node)) found.push(`${place(file, node)} is an enum: use a union of strings`);
    if (!ASKED_FOR.has(path) && isDefaultExport(node)) found.push(`${place(file, node)} is a default export`);
    const parent = path.startsWith('apps/server/src/') ? parentClass(node) : undefined;
    if (parent !== undefined && parent !== 'Error')
      found.push(`${place(file, node)} inherits from ${parent}`);
  });
  return found;
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return node.isExportEquals !== true;
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((it) => it.kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function parentClass(node: ts.Node): string | undefined {
  if (!ts.isClassLike(node)) return undefined;
  return node.heritageClauses
    ?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0]?.expression.getText();
}

test('has neither default exports nor enums, and no inheritance in the features', () => {
  expect(files.flatMap((path) => oddities(path))).toEqual([]);
});

test('finds a planted enum, default export and subclass', () => {
  const text =
    'export enum A { B }\nexport default class {}\nclass C extends D {}\nclass E extends Error {}\n';
  expect(oddities('apps/server/src/sync/planted.ts', text)).toHaveLength(3);
});
