import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import ts from 'typescript';
import { isSpec, listFiles, parse, place, ROOT, readText, walk } from './checkout.js';

jest.setTimeout(60_000);

const PURE = ['libs/engine', 'libs/policy', 'libs/protocol', 'libs/sdk-core'];

/** What would make an answer depend on when and where it is given. `Date` and `Math` are looked at by member. */
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random', 'crypto.randomUUID', 'performance.now']);
const IMPURE_NAMES = new Set([
  'process',
  'globalThis',
  'window',
  'document',
  'navigator',
  'localStorage',
  'performance',
  'crypto',
  'fetch',
  'Buffer',
  'require',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]);

/** Uses of the outside world in a file, each with its place. */
function impurities(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const own = ownNames(file);
  walk(file, (node) => {
    const why = whyImpure(node, own);
    if (why !== undefined) found.push(`${place(file, node)} ${why}`);
  });
  return found;
}

function whyImpure(node: ts.Node, own: ReadonlySet<string>): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText().replaceAll(/\s|\?/g, '');
    return IMPURE_MEMBERS.has(text) ? text : undefined;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date')
    return node.arguments?.length ? undefined : 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (!ts.isIdentifier(node) || !IMPURE_NAMES.has(node.text) || own.has(node.text)) return undefined;
  return isFreeUse(node) ? node.text : undefined;
}

/** Names that the file gives to things of its own: a parameter may well be called `document`. */
function ownNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  walk(file, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name) && !isAmbient(node))
      names.add(node.name.text);
  });
  return names;
}

/** A property, a parameter or a type member may bear such a name: it is injected, not reached for. */
function isFreeUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isVariableDeclaration(parent) && parent.name === node) return isAmbient(parent);
  if (ts.isFunctionDeclaration(parent) && parent.name === node) return isAmbient(parent);
  const named = parent as { name?: ts.Node; propertyName?: ts.Node };
  return named.name !== node && named.propertyName !== node && !ts.isTypeNode(parent);
}

/** `declare const process: …` is how one would get round the compiler. */
function isAmbient(node: ts.Node): boolean {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword)
  );
}

test('finds planted impurities, and lets injected ports bear such names', () => {
  const planted = [
    'const a = Date.now();',
    'const b = Math.random();',
    'const c = new Date();',
    'const d = process.env;',
    'declare const fetch: unknown;',
    'const e = globalThis;',
    'setTimeout(() => {}, 5);',
    'const f = Date();',
  ].join('\n');
  expect(impurities(parse('planted.ts', planted)).map((line) => line.split(' ')[0])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((line) => `planted.ts:${line}`),
  );
  const injected = [
    'interface Ports { fetch: () => void; setTimeout(run: () => void): void }',
    'function use(ports: Ports) { ports.fetch(); ports.setTimeout(() => {}); return new Date(0); }',
    'const ports = { fetch: use };',
  ].join('\n');
  expect(impurities(parse('injected.ts', injected))).toEqual([]);
});

test.each(PURE)('keeps %s free of clocks, chance and the process', (library) => {
  const files = listFiles([`${library}/src`]).filter((path) => path.endsWith('.ts') && !isSpec(path));
  expect(files.length).toBeGreaterThan(2);
  expect(files.flatMap((path) => impurities(parse(path)))).toEqual([]);
});

test.each(PURE)('compiles %s with neither DOM nor Node types', (library) => {
  const { compilerOptions } = JSON.parse(readText(`${library}/tsconfig.json`)) as {
    compilerOptions: { types: string[]; lib: string[] };
  };
  expect(compilerOptions.types).toEqual([]);
  expect(compilerOptions.lib).toEqual(['es2023']);
});

test('cannot compile a pure package that reaches for Node or the browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guidon-planted-'));
  try {
    writeFileSync(join(folder, 'planted.ts'), 'export const all = [process.pid, window.name, setTimeout];\n');
    const config = {
      extends: join(ROOT, 'libs/engine/tsconfig.json'),
      compilerOptions: { rootDir: '.', noEmit: true },
      include: [],
      files: ['planted.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules/@typescript/native/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    for (const name of ['process', 'window', 'setTimeout'])
      expect(stdout).toContain(`Cannot find name '${name}'`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
