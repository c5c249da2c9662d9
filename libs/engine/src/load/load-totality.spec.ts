import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BEST_FLAG, BEST_PROJECT, BEST_REST, BEST_TEST } from '../language/best-files.js';
import { NOW_MS, release } from '../language/scenario.js';
import type { RulesetFlag, Snapshot, SourceFile } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { createDocumentCache, load } from './index.js';

const TEXTS: { readonly [path: string]: string } = {
  ...BEST_REST,
  'guidon.yaml': BEST_PROJECT,
  'payments/new-checkout.yaml': BEST_FLAG,
  'payments/new-checkout.test.yaml': BEST_TEST,
  'other/banner.yaml': release(
    'variants: { on: { title: New, columns: 3 }, off: { title: Old, columns: 2 } }\nenvironments: { staging: on }\n',
  ),
};
const PATHS = Object.keys(TEXTS);
const FILES = PATHS.map((path) => file(path, new TextEncoder().encode(TEXTS[path])));
const CACHE = createDocumentCache();
const LIVE = load({ files: FILES, nowMs: NOW_MS, cache: CACHE }).snapshot as Snapshot;

function file(path: string, bytes: Uint8Array): SourceFile {
  return { path, bytes, blob: `${bytes.length}:${Array.from(bytes).join()}` };
}

type Edit = (bytes: Uint8Array, at: number, value: number) => Uint8Array;

const EDITS: readonly Edit[] = [
  (bytes, at, value) => bytes.map((byte, index) => (index === at ? value : byte)),
  (bytes, at) => bytes.slice(0, at),
  (bytes, at, value) => Uint8Array.from([...bytes.slice(0, at), value, ...bytes.slice(at)]),
  (bytes, at, value) => Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + (value % 40))]),
  dropLine,
];

function dropLine(bytes: Uint8Array, at: number): Uint8Array {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return new TextEncoder().encode(lines.filter((_, index) => index !== at % lines.length).join('\n'));
}

const mutant = fc
  .record({
    path: fc.constantFrom(...PATHS),
    edits: fc.array(fc.tuple(fc.constantFrom(...EDITS), fc.nat(), fc.nat(255)), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ path, edits }) => {
    let bytes: Uint8Array = new TextEncoder().encode(TEXTS[path]);
    for (const [edit, at, value] of edits) bytes = edit(bytes, at % (bytes.length + 1), value);
    return { path, bytes };
  });

function flagsOf(snapshot: Snapshot): { readonly [key: string]: RulesetFlag } {
  const all = ['development', 'staging', 'production'].map((id) => resolve(snapshot, [], id, 'r'));
  return Object.fromEntries(
    all.flatMap((one) => Object.entries(one.flags).map(([key, flag]) => [`${one.environment} ${key}`, flag])),
  );
}

it('never throws on a torn file, and never changes a flag whose own file is whole', () => {
  const before = flagsOf(LIVE);
  fc.assert(
    fc.property(mutant, ({ path, bytes }) => {
      const files = FILES.map((one) => (one.path === path ? file(path, bytes) : one));
      const result = load({ files, previous: LIVE, nowMs: NOW_MS, cache: CACHE });
      expect(result.findings.some(({ code }) => code === 'cannot-read')).toBe(false);
      if (result.frozen.length > 0) {
        expect(result.frozen).toEqual([path]);
        expect(result.findings.some((finding) => finding.path === path && finding.severity === 'error')).toBe(
          true,
        );
        expect(flagsOf(result.snapshot as Snapshot)).toEqual(before);
        return;
      }
      const key = path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length);
      for (const [name, flag] of Object.entries(flagsOf(result.snapshot as Snapshot))) {
        const isUntouched =
          !path.startsWith('segments/') && path !== 'guidon.yaml' && !name.endsWith(` ${key}`);
        if (isUntouched) expect(flag).toEqual(before[name]);
      }
    }),
    { numRuns: 300 },
  );
});

it('never throws on any bytes, paths or entries, with or without something live', () => {
  const anyFile = fc.record({
    path: fc.oneof(
      fc.constantFrom(...PATHS, 'a.yaml', 'x/a.yaml', 'A.test.yaml', 'segments/b.yaml'),
      fc.string(),
    ),
    blob: fc.string(),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map((text) => new TextEncoder().encode(text)),
    ),
    entry: fc.constantFrom('file' as const, 'executable' as const, 'symlink' as const, 'submodule' as const),
  });
  fc.assert(
    fc.property(fc.array(anyFile, { maxLength: 6 }), fc.boolean(), (files, hasLive) => {
      const result = load({ files, nowMs: NOW_MS, ...(hasLive ? { previous: LIVE } : {}) });
      expect(['accepted', 'partly', 'rejected']).toContain(result.state);
      expect(result.findings.map(({ code }) => code)).not.toContain('cannot-read');
      if (hasLive) expect(flagsOf(result.snapshot as Snapshot)).toMatchObject(flagsOf(LIVE));
    }),
    { numRuns: 200 },
  );
});

it('reads an unchanged blob only once', () => {
  const cache = createDocumentCache();
  load({ files: FILES, nowMs: NOW_MS, cache });
  expect(cache.size).toBe(FILES.length);
  const [first, ...others] = FILES;
  // The same id promises the same bytes, so these bytes must not be looked at.
  const liar = { ...(first as SourceFile), bytes: new Uint8Array([0xff]) };
  expect(load({ files: [liar, ...others], nowMs: NOW_MS, cache }).state).toBe('accepted');
  load({ files: others.slice(1), nowMs: NOW_MS, cache });
  expect(cache.size).toBe(FILES.length - 2);
});
