import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { SourceFile } from '../../model/index.js';
import { type Edit, type EditClass, everyEdit } from './edits.js';
import { createEditJudge, type Judgement } from './judge-edits.js';

/**
 * Applies every single slip of a hand to every sample file and counts what the loader lets through with a changed
 * meaning. `npm test` judges a seeded sample of each class, `npm run test:long` judges them all. The bounds are the
 * ones that the language was fixed with.
 */
const SAMPLE = fileURLToPath(new URL('../../../../../flags', import.meta.url));
const LONG = process.env.GUIDON_TEST_LONG === '1';
/** In the short version, of each class. */
const SAMPLE_SIZE = 120;
/** Of keys enough that one of them is not a larger share than the bound. */
const KEY_SAMPLE_SIZE = 300;
const SEED = 20261123;
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const MOST_CHANGED = 0.064;
const MOST_CHANGED_BY_KEY = 0.005;

interface PlacedEdit extends Edit {
  readonly path: string;
}

interface Judged {
  readonly edit: PlacedEdit;
  readonly judgement: Judgement;
}

const encode = (text: string) => new TextEncoder().encode(text);

describe('a slip of the hand in a sample file', () => {
  it('is refused, or leaves the meaning as it was, but for a small share', () => {
    const files = readSample();
    const judge = createEditJudge(files, { nowMs: NOW_MS, encode, whole: false });
    const judged = chosen(everyPlacedEdit(files), LONG ? Number.POSITIVE_INFINITY : SAMPLE_SIZE).map(
      (edit) => ({
        edit,
        judgement: judge.judge(edit.path, edit.text),
      }),
    );
    const withoutTests = judged.filter(({ edit }) => !isTestFile(edit.path));
    const evenly = withoutTests.filter(({ edit }) => edit.typical);
    const heading = LONG ? 'every edit' : `seed ${SEED}, up to ${SAMPLE_SIZE} of each class`;
    console.log(
      [
        table(`All files, ${heading}`, judged),
        table('The same without test files', withoutTests),
        table('The same without test files, one place for each typo in a word', evenly),
        ...listChanged(judged),
      ].join('\n\n'),
    );
    // The parts of a short sample are too small for bounds of their own.
    for (const some of LONG ? [judged, withoutTests, evenly] : [judged]) {
      expect(shareChanged(some)).toBeLessThanOrEqual(MOST_CHANGED);
    }
    for (const some of LONG ? [judged, withoutTests, evenly] : [judged]) {
      const keys = some.filter(({ edit }) => edit.class === 'key');
      expect(shareChanged(keys)).toBeLessThanOrEqual(MOST_CHANGED_BY_KEY);
    }
  }, 3_600_000);

  it('is judged the same among its own flags as in the whole project', () => {
    const files = readSample();
    const alone = createEditJudge(files, { nowMs: NOW_MS, encode, whole: false });
    const whole = createEditJudge(files, { nowMs: NOW_MS, encode, whole: true });
    for (const { path, text, what } of chosen(everyPlacedEdit(files), LONG ? 200 : 15)) {
      expect([path, what, alone.judge(path, text)]).toEqual([path, what, whole.judge(path, text)]);
    }
  }, 600_000);
});

/**
 * All of them, but in test files only one place for each typo in a word: a test file cannot change what is served, so
 * its many words would only flatter the share.
 */
function everyPlacedEdit(files: readonly SourceFile[]): PlacedEdit[] {
  return files.flatMap(({ path, bytes }) =>
    everyEdit(new TextDecoder().decode(bytes))
      .filter(({ typical }) => typical || !isTestFile(path))
      .map((edit) => ({ ...edit, path })),
  );
}

function isTestFile(path: string): boolean {
  return path.endsWith('.test.yaml');
}

function readSample() {
  return readdirSync(SAMPLE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => ({
      path: path.replaceAll('\\', '/'),
      blob: `sample-${path}`,
      bytes: new Uint8Array(readFileSync(join(SAMPLE, path))),
    }));
}

/** A seeded sample of so many edits of each class. */
function chosen(edits: readonly PlacedEdit[], size: number): readonly PlacedEdit[] {
  if (size >= edits.length) return edits;
  const random = seeded(SEED);
  const classes = [...new Set(edits.map((edit) => edit.class))];
  return classes.flatMap((wanted) => {
    const pool = edits.filter((edit) => edit.class === wanted);
    const count = wanted === 'key' && size === SAMPLE_SIZE ? KEY_SAMPLE_SIZE : size;
    // A partial Fisher-Yates shuffle: a fair sample without repetition.
    for (let at = 0; at < Math.min(count, pool.length); at += 1) {
      const other = at + Math.floor(random() * (pool.length - at));
      [pool[at], pool[other]] = [pool[other] as PlacedEdit, pool[at] as PlacedEdit];
    }
    return pool.slice(0, count);
  });
}

/** mulberry32: small, and the same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shareChanged(judged: readonly Judged[]): number {
  return shareOf(judged, 'changed');
}

function shareOf(judged: readonly Judged[], wanted: Judgement): number {
  return judged.filter(({ judgement }) => judgement === wanted).length / judged.length;
}

function table(heading: string, judged: readonly Judged[]): string {
  const classes = [...new Set(judged.map(({ edit }) => edit.class))];
  const rows = classes.map((name) =>
    row(
      name,
      judged.filter(({ edit }) => edit.class === name),
    ),
  );
  const head = `${'class'.padEnd(8)}  edits  refused     same  changed`;
  return [heading, head, ...rows, row('all', judged)].join('\n');
}

function row(name: EditClass | 'all', judged: readonly Judged[]): string {
  const share = (wanted: Judgement) => `${(100 * shareOf(judged, wanted)).toFixed(2)} %`.padStart(9);
  const count = String(judged.length).padStart(7);
  return `${name.padEnd(8)}${count}${share('refused')}${share('same')}${share('changed')}`;
}

/** What slips through in keys, then in the rest, each place once: for whoever wants to make the loader stricter. */
function listChanged(judged: readonly Judged[]): string[] {
  const changed = judged.filter(({ judgement }) => judgement === 'changed').map(({ edit }) => edit);
  const placeOf = ({ path, line, what }: PlacedEdit) =>
    `${path}:${line} ${what.replace(/^\w+ ".*?" in /, '')}`;
  const listed = (edits: readonly PlacedEdit[], most: number) =>
    [...new Set(edits.map(placeOf))].slice(0, most);
  const keys = changed.filter((edit) => edit.class === 'key');
  const others = changed.filter((edit) => edit.class !== 'key');
  return [[...listed(keys, 20), ...listed(others, 20)].join('\n')];
}
