import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { isSource, isSpec, listFiles, parse, place, walk } from './checkout.js';

/** The door to prom-client: whatever is made there has a name from the catalogue. */
const DOOR = 'apps/server/src/kernel/metrics/';
const CLASSES = new Set(['Counter', 'Gauge', 'Histogram', 'Summary', 'collectDefaultMetrics']);

/** Places that bring in what makes a metric; types may go anywhere. */
function makersOf(path: string, text?: string): string[] {
  const file = parse(path, text);
  const places: string[] = [];
  walk(file, (node) => {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return;
    if (node.moduleSpecifier.text !== 'prom-client') return;
    const { importClause } = node;
    if (importClause === undefined || importClause.isTypeOnly) return;
    const { namedBindings } = importClause;
    const isWhole =
      importClause.name !== undefined || namedBindings === undefined || ts.isNamespaceImport(namedBindings);
    const names = isWhole ? [] : namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
    if (isWhole || names.some(({ name, propertyName }) => CLASSES.has((propertyName ?? name).text)))
      places.push(place(file, node));
  });
  return places;
}

test('makes metrics at one place only, by their names in the catalogue', () => {
  const sources = listFiles(['apps', 'libs']).filter((path) => isSource(path) && !isSpec(path));
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((path) => !path.startsWith(DOOR)).flatMap((path) => makersOf(path))).toEqual([]);
  expect(sources.filter((path) => path.startsWith(DOOR)).flatMap((path) => makersOf(path))).toHaveLength(2);
});

test('would notice a metric that is made elsewhere', () => {
  const planted = (text: string) => makersOf('x.ts', text).length;
  expect(planted("import { Gauge as G, type Registry } from 'prom-client';")).toBe(1);
  expect(planted("import * as prom from 'prom-client';")).toBe(1);
  expect(planted("import { Registry } from 'prom-client';")).toBe(0);
  expect(planted("import type { Gauge } from 'prom-client';")).toBe(0);
});
