import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Path } from '../load/problem.js';
import { parseYaml } from '../load/yaml-parse.js';
import { type Plain, walkYaml } from '../load/yaml-walk.js';
import { FILE_SCHEMAS } from '../schema/index.js';

/** A file as text, as syntax tree with offsets, and as data. */
export interface Source {
  readonly text: string;
  readonly root: YAMLMap;
  readonly data: Plain;
}

/** Reads what `load` would read; the sentence says why it would not. */
export function readSource(text: string, kind: 'flag' | 'test'): Source | { readonly why: string } {
  try {
    return readChecked(text, kind);
  } catch (cause) {
    return { why: `The file cannot be read: ${cause instanceof Error ? cause.message : 'unknown cause'}` };
  }
}

function readChecked(text: string, kind: 'flag' | 'test'): Source | { readonly why: string } {
  const { document, lines, problems } = parseYaml(text);
  const first = problems[0];
  if (first !== undefined) return { why: whyUnread(first.sentence, first.position?.line) };
  const root = document?.contents;
  if (!isMap(root)) return { why: 'The file is no map.' };
  const walked = walkYaml(root, lines);
  const odd = walked.problems[0];
  if (odd !== undefined) return { why: whyUnread(odd.sentence, odd.position?.line) };
  if (!FILE_SCHEMAS[kind].safeParse(walked.data).success)
    return { why: `The file does not have the fields of a ${kind} file; lint it first.` };
  return { text, root, data: walked.data };
}

function whyUnread(sentence: string, line: number | undefined): string {
  return `The file has errors of its own, mend them first: ${line === undefined ? '' : `line ${line}: `}${sentence}`;
}

export type TextPair = Pair<Scalar, Node>;

export function pairIn(map: YAMLMap, key: string): TextPair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key) as TextPair | undefined;
}

/** The node at a path that the data is known to have. */
export function nodeAt(source: Source, path: Path): Node | undefined {
  let node: Node | undefined = source.root;
  for (const part of path) {
    if (isMap(node)) node = pairIn(node, String(part))?.value ?? undefined;
    else if (isSeq(node)) node = node.items[Number(part)] as Node | undefined;
    else return undefined;
  }
  return node;
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where the last character of a node's own text ends, comments and line ends behind it left out. */
export function endOf(source: Source, node: Node): number {
  if (!isFlow(node)) {
    if (isMap(node)) {
      const last = node.items.at(-1) as TextPair | undefined;
      if (last !== undefined) return endOf(source, last.value ?? last.key);
    } else if (isSeq(node)) {
      const last = node.items.at(-1) as Node | undefined;
      if (last !== undefined) return endOf(source, last);
    }
  }
  const end = node.range?.[1] ?? 0;
  // The range of a text block takes in its last line end.
  return source.text[end - 1] === '\n' ? end - 1 : end;
}

export function isFlow(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Before the line end, whichever it is. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  const end = found === -1 ? text.length : found;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

/** The line end that the file uses around here. */
export function newlineNear(text: string, offset: number): string {
  const behind = text.indexOf('\n', offset);
  const at = behind === -1 ? text.lastIndexOf('\n') : behind;
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}
