import fc from 'fast-check';
import type { SourceFile } from '../../src/model/index.js';
import { EDITS, type Edit, KINDS, type Tree } from './history-edits.js';
import { mergeTexts } from './three-way.js';

export type { Tree };

/** What one commit of a history does: edits, or `git revert` of an earlier one, counted from the first. */
export type Step =
  | { readonly edits: readonly Edit[]; readonly revert?: undefined }
  | { readonly revert: number };

const edit = fc.record({
  kind: fc.constantFrom(...KINDS),
  // Mostly the same few files, so that what is taken back was edited since.
  at: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(1000) }),
  amount: fc.integer({ min: 1, max: 40 }),
});

/** Histories in which about every third commit takes back an earlier one. */
export const histories = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ revert: fc.nat(20) }) },
  ),
  { minLength: 2, maxLength: 10 },
) as fc.Arbitrary<Step[]>;

/** The tree after the edits; an edit that finds no file to be made to does nothing. */
export function edited(tree: Tree, edits: readonly Edit[]): Tree {
  let after = tree;
  for (const one of edits) after = EDITS[one.kind](after, one);
  return after;
}

/**
 * What `git revert` of the step from `before` to `after` makes of a tree; `undefined` when it ends in a conflict. A file
 * is followed by its name when it moves, as Git does by its content.
 */
export function reverted(tree: Tree, before: Tree, after: Tree): Tree | undefined {
  const [base, ours, theirs] = [after, tree, before].map(byName) as [Named, Named, Named];
  const result = new Map<string, string>();
  for (const name of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const merged = mergeFiles(base.get(name), ours.get(name), theirs.get(name));
    if (merged === 'conflict') return undefined;
    if (merged !== undefined) result.set(merged.path, merged.text);
  }
  return result;
}

interface NamedFile {
  readonly path: string;
  readonly text: string;
}
type Named = ReadonlyMap<string, NamedFile>;

function byName(tree: Tree): Named {
  return new Map([...tree].map(([path, text]) => [nameOf(path), { path, text }]));
}

/** Keys are unique whatever the folder, but a segment may have the name of a flag. */
export function nameOf(path: string): string {
  return path.startsWith('segments/') ? path : path.slice(path.lastIndexOf('/') + 1);
}

function mergeFiles(
  base: NamedFile | undefined,
  ours: NamedFile | undefined,
  theirs: NamedFile | undefined,
): NamedFile | 'conflict' | undefined {
  if (same(ours, base) || same(ours, theirs)) return theirs;
  if (same(theirs, base)) return ours;
  if (base === undefined || ours === undefined || theirs === undefined) return 'conflict';
  const text = mergeTexts(base.text, ours.text, theirs.text);
  const path = mergeTexts(base.path, ours.path, theirs.path);
  return text === undefined || path === undefined ? 'conflict' : { path, text };
}

function same(a: NamedFile | undefined, b: NamedFile | undefined): boolean {
  return a?.path === b?.path && a?.text === b?.text;
}

export function filesOf(tree: Tree): SourceFile[] {
  const encoder = new TextEncoder();
  return [...tree].map(([path, text]) => ({ path, blob: blobOf(text), bytes: encoder.encode(text) }));
}

/** FNV-1a over UTF-16: equal texts have equal ids, others hardly ever. */
export function blobOf(text: string): string {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(at), 0x85ebca6b);
  }
  return `${(low >>> 0).toString(16)}${(high >>> 0).toString(16)}${text.length.toString(16)}`;
}
