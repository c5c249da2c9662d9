import type { Branch, Entry, Leaf, Tree } from './entry.js';
import { flowText } from './flow-text.js';
import { rankOf, type Shape, shapeBelow } from './key-order.js';
import { putOver } from './place-comments.js';
import { scalarText } from './scalar-text.js';

/** Beyond this column what stands in brackets is written as a block. */
export const WIDTH = 120;

/** Puts a tree into canonical form: order, short forms, brackets or blocks, and every comment where a line will be. */
export function arrange(source: string, tree: Tree, shape: Shape): void {
  const { root } = tree;
  new Arranger(source).branch(root, 0, shape);
  root.flow = false;
}

class Arranger {
  constructor(private readonly source: string) {}

  branch(branch: Branch, indent: number, shape: Shape): void {
    branch.entries = branch.entries.toSorted((a, b) => rankOf(shape, keyOf(a)) - rankOf(shape, keyOf(b)));
    for (const entry of branch.entries) this.entry(entry, indent, shapeBelow(shape, keyOf(entry)));
    const first = branch.entries[0];
    if (first === undefined) return;
    // No blank line opens a block.
    first.gap = first.gap && first.before.length > 0;
    const [remark, ...rest] = first.before;
    if (remark !== undefined) first.before = [{ ...remark, gap: false }, ...rest];
  }

  private entry(entry: Entry, indent: number, shape: Shape): void {
    if (entry.value.kind === 'leaf') return;
    entry.value = shortened(entry.value, shape) ?? entry.value;
    if (entry.value.kind === 'leaf') return;
    const branch = entry.value;
    this.branch(branch, indent + 2, shape);
    branch.flow = branch.flow && isPlain(branch) && this.width(entry, branch, indent) <= WIDTH;
    if (!branch.flow && entry.key === undefined) leadOut(entry, branch);
  }

  private width(entry: Entry, branch: Branch, indent: number): number {
    const head = entry.key === undefined ? 1 : scalarText(this.source, entry.key).length + 1;
    return indent + head + 1 + flowText(this.source, branch).length;
  }
}

function keyOf(entry: Entry): string | undefined {
  return entry.key === undefined ? undefined : String(entry.key.value);
}

/** The value alone, where the map says nothing else and nobody wrote anything between its lines. */
function shortened(branch: Branch, shape: Shape): Leaf | undefined {
  const [only] = branch.entries;
  if (shape.short === undefined || only === undefined || branch.entries.length > 1) return undefined;
  if (keyOf(only) !== shape.short || only.value.kind !== 'leaf') return undefined;
  return isPlain(branch) ? only.value : undefined;
}

/** Whether it could stand on one line: no comments, no blocks inside. */
function isPlain(branch: Branch): boolean {
  const isBare = ({ before, beside, value }: Entry) =>
    before.length === 0 && beside === undefined && (value.kind === 'leaf' || value.flow);
  return branch.ends.length === 0 && branch.entries.every(isBare);
}

/** A list item's block begins behind its dash, so what stands over its first line moves to over the dash. */
function leadOut(entry: Entry, branch: Branch): void {
  if (entry.beside !== undefined) putOver(entry, entry.beside);
  entry.beside = undefined;
  const first = branch.entries[0];
  if (first === undefined) return;
  for (const { text } of first.before) putOver(entry, text);
  first.before = [];
  first.gap = false;
}
