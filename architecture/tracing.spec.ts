import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { isSource, isSpec, listFiles, parse, place, walk } from './checkout.js';

/** Where the SDK of OpenTelemetry is put together. It takes a quarter of a second to load, so nobody does who was not asked. */
const FOLDER = 'apps/server/src/kernel/tracing/otel/';

/** Imports that load a module when the file is loaded, as places and what they name. */
function loadedBy(path: string, text?: string): { readonly from: string; readonly at: string }[] {
  const file = parse(path, text);
  const found: { from: string; at: string }[] = [];
  walk(file, (node) => {
    const isImport = ts.isImportDeclaration(node) && node.importClause?.isTypeOnly !== true;
    const isExport = ts.isExportDeclaration(node) && !node.isTypeOnly;
    if (!(isImport || isExport) || node.moduleSpecifier === undefined) return;
    if (ts.isStringLiteral(node.moduleSpecifier))
      found.push({ from: node.moduleSpecifier.text, at: place(file, node) });
  });
  return found;
}

const isOfOtel = (from: string) =>
  from.startsWith('@opentelemetry/') || /(^|\/)otel\/[a-z-]+\.js$/.test(from);

test('loads OpenTelemetry in one folder only, and that folder only when it is asked for', () => {
  const sources = listFiles(['apps', 'libs']).filter((path) => isSource(path) && !isSpec(path));
  const loaded = sources.flatMap((path) => loadedBy(path).map((one) => ({ ...one, path })));
  expect(loaded.length).toBeGreaterThan(1_000);
  const outside = loaded.filter(({ path, from }) => !path.startsWith(FOLDER) && isOfOtel(from));
  expect(outside.map(({ at }) => at)).toEqual([]);
  expect(loaded.some(({ path, from }) => path.startsWith(FOLDER) && isOfOtel(from))).toBe(true);
});

test('would notice an import that loads it at once', () => {
  const planted = (text: string) => loadedBy('x.ts', text).filter(({ from }) => isOfOtel(from)).length;
  expect(planted("import { trace } from '@opentelemetry/api';")).toBe(1);
  expect(planted("export * from './otel/open-telemetry.js';")).toBe(1);
  expect(planted("import type { Span } from '@opentelemetry/api';")).toBe(0);
  expect(planted("const made = await import('./otel/open-telemetry.js');")).toBe(0);
});
