import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { isSource, isSpec, listFiles, parse, place, readText, walk } from './checkout.js';
import { measure, RATCHET_FILE, SIZES, type Sizes } from './sizes.js';

const files = listFiles().filter(isSource);

test('has no file beyond the hard limit, and no new one beyond the ratchet', () => {
  expect(files.length).toBeGreaterThan(100);
  const allowed = JSON.parse(readText(RATCHET_FILE)) as Sizes;
  const tooLong = Object.entries(measure(files)).flatMap(([path, lines]) => {
    const { hard } = isSpec(path) ? SIZES.spec : SIZES.source;
    const limit = Math.min(hard, allowed[path] ?? (isSpec(path) ? SIZES.spec : SIZES.source).ratchet);
    return lines > limit ? [`${path} has ${lines} lines, ${limit} are allowed`] : [];
  });
  expect(tooLong).toEqual([]);
});

test('keeps no allowance that nobody needs any more', () => {
  const sizes = measure(files);
  const stale = Object.keys(JSON.parse(readText(RATCHET_FILE)) as Sizes).filter((path) => !(path in sizes));
  // Run `node architecture/tighten-ratchet.mjs`.
  expect(stale).toEqual([]);
});

test('has no function of more than 70 lines and no signature of more than four parameters', () => {
  const found = files
    .filter((path) => path.endsWith('.ts') && !isSpec(path))
    .flatMap((path) => oversized(path));
  expect(found).toEqual([]);
});

test('notices an oversized function, signature and constructor', () => {
  const body = 'x();\n'.repeat(75);
  const text = `function long() {\n${body}}\nfunction wide(a, b, c, d, e) {}\nclass C { constructor(a, b, c, d, e, f) {} }`;
  expect(oversized('planted.ts', text)).toHaveLength(3);
});

/** Functions too long, too wide, and constructors with more than five dependencies. */
function oversized(path: string, text?: string): string[] {
  const file = parse(path, text);
  const found: string[] = [];
  walk(file, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const lines = node.getText().split('\n').length;
    if (lines > SIZES.functionLines) found.push(`${place(file, node)} has ${lines} lines`);
    // A factory of a Nest module only lists what it wires; the class it makes is looked at itself.
    if (ts.isPropertyAssignment(node.parent) && node.parent.name.getText() === 'useFactory') return;
    const widest = ts.isConstructorDeclaration(node) ? SIZES.dependencies : SIZES.parameters;
    if (node.parameters.length > widest)
      found.push(`${place(file, node)} takes ${node.parameters.length} things`);
  });
  return found;
}
