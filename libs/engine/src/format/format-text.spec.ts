import { describe, expect, it, jest } from '@jest/globals';
import { LineCounter, parseDocument } from 'yaml';
import { BEST_FLAG, BEST_PROJECT, BEST_REST, BEST_TEST } from '../language/best-files.js';
import { FULL_FLAG, FULL_ROLLOUT_FLAG } from '../language/full-flag.js';
import { sourceFile } from '../language/scenario.js';
import { type Note, type Scribble, scribble } from '../language/scribble.js';
import { placeOf } from '../load/file-place.js';
import { createDocumentCache, load } from '../load/index.js';
import { parseYaml } from '../load/yaml-parse.js';
import { pathAt } from '../load/yaml-places.js';
import { walkYaml } from '../load/yaml-walk.js';
import { canonicalJson } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import { formatText } from './index.js';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const FILES: { readonly [path: string]: string } = {
  'guidon.yaml': BEST_PROJECT,
  'payments/new-checkout.yaml': BEST_FLAG,
  'payments/new-checkout.test.yaml': BEST_TEST,
  'payments/full.yaml': FULL_FLAG,
  'payments/own-plan.yaml': FULL_ROLLOUT_FLAG,
  ...BEST_REST,
};
const PATHS = Object.keys(FILES);
/** `npm run test:long` looks at ten times as many. */
const CORPUS_SIZE = process.env.GUIDON_TEST_LONG === '1' ? 2400 : 240;

const cache = createDocumentCache();

/** Everything that the files mean, as text: the order of maps, blobs and lines left out. */
function meaningOf(texts: { readonly [path: string]: string }): string {
  const files = Object.entries(texts).map(([path, text]) => sourceFile(path, text));
  const { snapshot, findings } = load({ files, nowMs: NOW_MS, cache });
  const errors = findings.filter(({ severity }) => severity === 'error');
  const { files: _, ...model } = snapshot!;
  const plain = JSON.stringify([errors, model], (key, value) => {
    if (key === 'line') return 0;
    return value instanceof Map ? Object.fromEntries(value) : value;
  });
  return canonicalJson(JSON.parse(plain));
}

const plainOf = (text: string) => {
  const { document, lines } = parseYaml(text);
  return walkYaml(document?.contents, lines).data;
};

interface Case extends Scribble {
  readonly path: string;
  readonly kind: FileKind;
}

function corpus(): Case[] {
  return Array.from({ length: CORPUS_SIZE }, (_, seed) => {
    const path = PATHS[seed % PATHS.length] as string;
    const { kind } = placeOf(path) as { kind: FileKind };
    return { path, kind, ...scribble(plainOf(FILES[path] as string), seed) };
  });
}

/** Once for each text: every expectation looks at the same outcome. */
const known = new Map<string, string>();

function formatted(one: Pick<Case, 'path' | 'text' | 'kind'>): string {
  const text = known.get(one.text) ?? format(one);
  known.set(one.text, text);
  return text;
}

function format({ path, text, kind }: Pick<Case, 'path' | 'text' | 'kind'>): string {
  const result = formatText(path, text, kind);
  if (result.kind !== 'formatted') throw new Error(`${JSON.stringify(result)} for\n${text}`);
  return result.text;
}

/** Read by the library anew, so that nothing of the formatter judges itself. */
const layouts = new Map<string, ReturnType<typeof readLayout>>();

function layoutOf(text: string) {
  const layout = layouts.get(text) ?? readLayout(text);
  layouts.set(text, layout);
  return layout;
}

function readLayout(text: string) {
  const counter = new LineCounter();
  const { contents } = parseDocument(text, { version: '1.2', lineCounter: counter });
  return { lines: text.split('\n'), counter, contents };
}

/** Where a comment has come to stand in a formatted text: over what, beside what, or last in which block. */
function placeIn(text: string, note: Note): string {
  const { lines, counter, contents } = layoutOf(text);
  const row = lines.findIndex((line) => line.includes(note.text));
  const line = lines[row] as string;
  const pathOfRow = (index: number) => {
    const from = counter.lineStarts[index] as number;
    const mark = /[^\s-]/.exec(lines[index] as string)?.index ?? 0;
    return pathAt(contents, from + mark);
  };
  if (!line.trimStart().startsWith('#')) return `beside ${pathOfRow(row).join('/')}`;
  const isEntry = (one: string) => one.trim() !== '' && !one.trimStart().startsWith('#');
  const next = lines.findIndex((one, index) => index > row && isEntry(one));
  return next === -1 ? 'over ' : `over ${pathOfRow(next).join('/')}`;
}

jest.setTimeout(600_000);

describe('formatting generated files (240, or 2,400 in the long tests) of every construct, with comments everywhere', () => {
  const cases = corpus();

  it('has a corpus that is worth it', () => {
    const notes = cases.flatMap((one) => one.notes);
    const count = (where: Note['where']) => notes.filter((note) => note.where === where).length;
    expect(count('over')).toBeGreaterThan(1000);
    expect(count('beside')).toBeGreaterThan(1000);
    expect(count('end')).toBeGreaterThan(100);
    expect(cases.filter(({ text }) => text.includes('\r\n')).length).toBeGreaterThan(40);
    for (const { path, text, kind } of cases) expect(formatted({ path, text, kind })).not.toBe(text);
  });

  it('is idempotent', () => {
    for (const one of cases) {
      const text = formatted(one);
      expect(formatted({ ...one, text })).toBe(text);
    }
  });

  it('keeps every comment, once', () => {
    for (const one of cases) {
      const text = formatted(one);
      for (const note of one.notes) expect(text.split(note.text)).toHaveLength(2);
    }
  });

  it('keeps every comment with what it speaks of', () => {
    const strayed = cases.flatMap((one) => {
      const text = formatted(one);
      return one.notes.flatMap((note) =>
        isInPlace(text, note) ? [] : [`${placeIn(text, note)}  ${note.text}`],
      );
    });
    expect(strayed).toEqual([]);
  });

  it('keeps the meaning of the project that the file is part of', () => {
    const meant = meaningOf(FILES);
    expect(meant.startsWith('[[],')).toBe(true);
    for (const one of cases) expect(meaningOf({ ...FILES, [one.path]: formatted(one) })).toBe(meant);
  });

  it('gives one text for all layouts of the same file, comments and the order of free names left out', () => {
    for (const path of PATHS) {
      const { kind } = placeOf(path) as { kind: FileKind };
      const bare = Array.from({ length: 10 }, (_, seed) =>
        scribble(plainOf(FILES[path] as string), 1000 + seed),
      )
        .map(({ text }) => formatted({ path, kind, text }))
        .map((text) =>
          text
            .split('\n')
            .filter((line) => /^[a-z]+:/i.test(line))
            .map((line) => line.split(':')[0]),
        );
      expect(new Set(bare.map((keys) => keys.join())).size).toBe(1);
    }
  });
});

/** Beside may become over where brackets give way to a block; the end of a block stays behind all that is in it. */
function isInPlace(text: string, note: Note): boolean {
  const place = placeIn(text, note);
  const path = note.path.join('/');
  if (note.where === 'end') return !`${place}/`.startsWith(`over ${path}/`) || path === '';
  const [where, at = ''] = place.split(' ');
  const within = at === path || at.startsWith(`${path}/`) || path.startsWith(`${at}/`);
  return note.where === 'over' ? where === 'over' && within : within;
}
