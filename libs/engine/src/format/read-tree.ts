import {
  type CST,
  isMap,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Branch, Entry, Leaf, Tree } from './entry.js';
import { isGapAbove, lineStart } from './lines.js';

const OPTIONS = { version: '1.2', schema: 'core', keepSourceTokens: true, prettyErrors: false } as const;

/** The tree of a text that is known to parse; undefined where it holds something that the language has no word for. */
export function readTree(text: string): Tree | undefined {
  const { contents } = parseDocument(text, OPTIONS);
  const root = isMap(contents) ? branchOf(text, contents as Collection) : undefined;
  return root === undefined ? undefined : { root, head: [], headGap: false };
}

type Collection = YAMLMap<unknown, unknown> & {
  srcToken?: CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
};

function branchOf(text: string, node: Collection): Branch | undefined {
  const entries: Entry[] = [];
  for (const [index, item] of node.items.entries()) {
    const entry = entryOf(text, item, markOf(node, index));
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  const flow = node.flow === true;
  const [start, end] = node.range as [number, number, number];
  const from = flow ? start : (entries[0]?.from ?? start);
  const to = flow ? end : (entries.at(-1)?.to ?? end);
  const column = from - lineStart(text, from);
  return { kind: isMap(node) ? 'map' : 'list', flow, from, to, column, entries, ends: [] };
}

/** Where the dash or question mark of an entry stands, which the syntax tree itself forgets. */
function markOf(node: Collection, index: number): number | undefined {
  const item = node.srcToken?.items[index];
  const mark = item?.start.find(({ type }) => type === 'seq-item-ind' || type === 'explicit-key-ind');
  return mark?.offset;
}

function entryOf(text: string, item: unknown, mark: number | undefined): Entry | undefined {
  const pair = isPairLike(item) ? item : undefined;
  const key = pair?.key;
  const node = pair === undefined ? (item as Node) : (pair.value as Node | null);
  if (node === null || (pair !== undefined && !isScalar(key))) return undefined;
  const value = isScalar(node) ? leafOf(text, node) : isCollection(node) ? branchOf(text, node) : undefined;
  if (value === undefined) return undefined;
  const keyed = key as Scalar | undefined;
  const from = mark ?? keyed?.range?.[0] ?? value.from;
  const column = from - lineStart(text, from);
  const alone = text.slice(lineStart(text, from), from).trim() === '';
  const gap = alone && isGapAbove(text, from);
  return { key: keyed, from, to: value.to, column, value, gap, before: [], beside: undefined };
}

function isPairLike(item: unknown): item is Pair {
  return item !== null && typeof item === 'object' && 'key' in item && !('items' in item);
}

function isCollection(node: unknown): node is Collection {
  return node !== null && typeof node === 'object' && 'items' in node;
}

function leafOf(text: string, node: Scalar): Leaf {
  const [from, end] = node.range as [number, number, number];
  // The range of a text block takes in its last line end.
  return { kind: 'leaf', node, from, to: text[end - 1] === '\n' ? end - 1 : end };
}
