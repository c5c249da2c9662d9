import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '@guidon/protocol/errors';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { isSource, isSpec, listFiles, parse, place, ROOT, readText, walk } from './checkout.js';

/** Codes that nothing answers with yet, with the reason why they are in the registry already. */
const NOT_YET_USED: ReadonlyMap<string, string> = new Map();

const REGISTRY = 'libs/protocol/src/errors/registry.ts';
const codes = Object.keys(ERRORS);
const sources = listFiles(['libs', 'apps']).filter(
  (path) => isSource(path) && !isSpec(path) && path !== REGISTRY,
);

test('uses every code of the registry, or says why not yet', () => {
  const used = new Set<string>();
  for (const path of sources) {
    walk(parse(path), (node) => {
      if (ts.isStringLiteralLike(node)) used.add(node.text);
      // `{ unauthenticated: … }`: a code that is a plain word may stand as a key.
      if (ts.isPropertyAssignment(node)) used.add(node.name.getText());
    });
  }
  expect(codes.filter((code) => !used.has(code) && !NOT_YET_USED.has(code))).toEqual([]);
  expect([...NOT_YET_USED.keys()].filter((code) => used.has(code))).toEqual([]);
});

test('raises only codes of the registry', () => {
  const unknown: string[] = [];
  let raised = 0;
  for (const path of sources) {
    const file = parse(path);
    walk(file, (node) => {
      if (!ts.isNewExpression(node) || node.expression.getText() !== 'DomainError') return;
      raised++;
      const code = node.arguments?.[0];
      if (code !== undefined && ts.isStringLiteralLike(code) && !codes.includes(code.text))
        unknown.push(`${place(file, node)} ${code.text}`);
    });
  }
  expect(raised).toBeGreaterThan(0);
  expect(unknown).toEqual([]);
});

test('documents every code, and no code that is gone', () => {
  const page = 'docs/errors.md';
  expect(existsSync(join(ROOT, page))).toBe(true);
  const headings = [...readText(page).matchAll(/^#{2,3} `?([a-z][a-z0-9-]+)`?\s*$/gm)].map(
    (match) => match[1],
  );
  expect(codes.filter((code) => !headings.includes(code))).toEqual([]);
  expect(headings.filter((heading) => !codes.includes(String(heading)))).toEqual([]);
});
