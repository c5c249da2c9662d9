import { isMap } from 'yaml';
import { commentsOf } from '../edit/comments.js';
import { placeOf, whyNoRegularFile } from '../load/file-place.js';
import { findingOf, orderFindings } from '../load/findings.js';
import type { Problem } from '../load/problem.js';
import { decodeUtf8, utf8Length } from '../load/utf8.js';
import { parseYaml } from '../load/yaml-parse.js';
import { type Plain, walkYaml } from '../load/yaml-walk.js';
import { canonicalJson, type Finding, LIMITS, type SourceFile } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import { arrange } from './arrange.js';
import { SHAPES, type Shape, shapeBelow } from './key-order.js';
import { placeComments } from './place-comments.js';
import { printTree } from './print-tree.js';
import { readTree } from './read-tree.js';

export type FormatResult =
  /** The text in canonical form; the same text where it was so already. */
  | { readonly kind: 'formatted'; readonly text: string }
  /** The file is no YAML as the language has it: these findings come first, and the text stays. */
  | { readonly kind: 'unreadable'; readonly findings: readonly Finding[] }
  /** The new text would not have been the same file; nothing may be written. */
  | { readonly kind: 'unsafe'; readonly why: string };

/**
 * A file in canonical form. What comes out has been read again: it holds the same data and the same comments as before,
 * and formatting it once more changes nothing; else nothing is offered. Total: never throws.
 */
export function formatText(path: string, text: string, kind: FileKind): FormatResult {
  try {
    const before = readData(path, text);
    if ('findings' in before) return { kind: 'unreadable', findings: before.findings };
    const printed = canonical(text, kind);
    if (printed === undefined) return { kind: 'unsafe', why: 'it holds a form that is not known' };
    // Nothing changes, so there is nothing to prove.
    if (printed === text) return { kind: 'formatted', text };
    const why = whyUnsafe({ path, text, kind, data: before.data }, printed);
    return why === undefined ? { kind: 'formatted', text: printed } : { kind: 'unsafe', why };
  } catch (cause) {
    return { kind: 'unsafe', why: cause instanceof Error ? cause.message : 'unknown cause' };
  }
}

function canonical(text: string, kind: FileKind): string | undefined {
  const tree = readTree(text);
  if (tree === undefined) return undefined;
  placeComments(text, tree);
  arrange(text, tree, SHAPES[kind]);
  return printTree(text, tree);
}

interface Original {
  readonly path: string;
  readonly text: string;
  readonly kind: FileKind;
  readonly data: Plain;
}

function whyUnsafe({ path, text, kind, data }: Original, printed: string): string | undefined {
  const after = readData(path, printed);
  if ('findings' in after) return `its new text would not be read: ${after.findings[0]?.sentence}`;
  const shape = SHAPES[kind];
  if (canonicalJson(inFull(data, shape)) !== canonicalJson(inFull(after.data, shape)))
    return 'its new text would say something else';
  if (sortedComments(text) !== sortedComments(printed)) return 'a comment would be lost';
  if (canonical(printed, kind) !== printed) return 'formatting its new text would change it again';
  return utf8Length(printed) > LIMITS.fileBytes
    ? 'its new text would be larger than a file may be'
    : undefined;
}

function readData(path: string, text: string): { data: Plain } | { findings: readonly Finding[] } {
  const { document, lines, problems } = parseYaml(text);
  const blank: Problem = { at: [], code: 'blank', sentence: 'The file is blank.' };
  if (problems.length > 0 || document === undefined || document.contents === null)
    return refused(path, problems.length > 0 ? problems : [blank]);
  if (!isMap(document.contents)) return refused(path, [NO_MAP]);
  const walked = walkYaml(document.contents, lines);
  return walked.problems.length > 0 ? refused(path, walked.problems) : { data: walked.data };
}

const NO_MAP: Problem = {
  at: [],
  code: 'wrong-type',
  sentence: 'The file does not hold a map of fields.',
  position: { line: 1, column: 1 },
};

function refused(path: string, problems: readonly Problem[]): { findings: readonly Finding[] } {
  return { findings: orderFindings(problems.map((problem) => findingOf(path, problem, undefined))) };
}

/** A file of the flags folder; undefined for those that are no YAML of ours. */
export function formatFile(file: SourceFile): FormatResult | undefined {
  const place = placeOf(file.path);
  if (place.kind === 'ignored' || place.kind === 'refused') return undefined;
  const odd = whyNoRegularFile(file) ?? whyTooLarge(file);
  if (odd !== undefined) return { kind: 'unreadable', findings: refused(file.path, [odd]).findings };
  const text = decodeUtf8(file.bytes);
  if (text !== undefined) return formatText(file.path, text, place.kind);
  const problem: Problem = { at: [], code: 'not-utf8', sentence: `${file.path} is not UTF-8.` };
  return { kind: 'unreadable', findings: refused(file.path, [problem]).findings };
}

function whyTooLarge({ path, bytes }: SourceFile): Problem | undefined {
  if (bytes.length <= LIMITS.fileBytes) return undefined;
  return { at: [], code: 'file-too-large', sentence: `${path} is larger than ${LIMITS.fileBytes} bytes.` };
}

/** With short forms written out, so that both ways to say the same compare as equal. */
function inFull(data: Plain, shape: Shape): Plain {
  if (Array.isArray(data)) return data.map((item) => inFull(item, shapeBelow(shape, undefined)));
  if (data === null || typeof data !== 'object')
    return shape.short === undefined ? data : { [shape.short]: data };
  const entries = Object.entries(data).map(([key, value]) => [key, inFull(value, shapeBelow(shape, key))]);
  return Object.fromEntries(entries);
}

function sortedComments(text: string): string {
  return commentsOf(text)
    .map((comment) => comment.trimEnd())
    .sort()
    .join('\n');
}
